"""What `make run` does before the server starts: bring the tables up to date, fill an empty database with the
demonstration, say with whom one can sign in. In one process, because starting three takes three times as long."""

from __future__ import annotations

from flask.cli import ScriptInfo

from community import create_app

COMMANDS = (["migrate"], ["demo-seed", "--if-empty"], ["demo-sign-ins"])


def main() -> None:
    app = create_app()
    for words in COMMANDS:
        app.cli.main(words, obj=ScriptInfo(create_app=lambda: app), standalone_mode=False)


if __name__ == "__main__":
    main()
