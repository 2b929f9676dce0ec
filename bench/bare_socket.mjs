// A bare socket.io server to compare with: whoever asks to watch gets into the room, a POST tells the room. No people,
// no rights, no database. `node bench/bare_socket.mjs PORT`.

import { createServer } from 'node:http';
import { Server } from 'socket.io';

let number = 0;

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    number += 1;
    sockets.to('topic:12').emit('hint', { topic: 12, post: 100000 + number, number, kind: 'reply' });
    response.writeHead(201, { 'Content-Length': 0 }).end();
  });
});

const sockets = new Server(server, { transports: ['websocket'], serveClient: false });
sockets.on('connection', (socket) => {
  socket.on('watch', (asked, answer) => {
    socket.join(asked.what);
    answer({ ok: true, number });
  });
});

server.listen(Number(process.argv[2]), '127.0.0.1');
