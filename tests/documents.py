"""Documents as programs for writing make them, for tests."""

from __future__ import annotations

import zlib


def pdf(more: bytes = b"", *, packed: bytes = b"", end: bytes = b"%%EOF\n") -> bytes:
    """A PDF of one empty page, with something `more` in its catalogue, and something `packed` among its objects."""
    body = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + more + b" >>\nendobj\n"
    body += b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    body += b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n"
    content = zlib.compress(b"BT (Notulen) Tj ET " * 20)
    body += b"4 0 obj\n<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (len(content), content)
    if packed:
        inside = zlib.compress(packed)
        body += b"5 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(inside)
        body += inside + b"\nendstream\nendobj\n"
    return body + b"trailer << /Root 1 0 R >>\nstartxref\n0\n" + end
