package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.testkit.redis.RedisServer;
import io.vertx.core.buffer.Buffer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs the scripts of operations on a server, one after the other, over one connection (RESP2). */
final class RedisScripts implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    RedisScripts(RedisServer server) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    <T> T run(StoreOperation<T> operation) {
        List<byte[]> words = new ArrayList<>();
        words.add(bytes("EVAL"));
        words.add(bytes(operation.script().lua()));
        words.add(bytes(String.valueOf(operation.names().size())));
        operation.names().forEach(name -> words.add(bytes("{" + operation.slot() + "}" + name)));
        operation.arguments(new Words(words));
        return operation.result(send(words));
    }

    StoreReply send(List<byte[]> words) {
        Buffer request = Buffer.buffer().appendString("*" + words.size() + "\r\n");
        words.forEach(word -> request.appendString("$" + word.length + "\r\n")
                .appendBytes(word)
                .appendString("\r\n"));
        try {
            socket.getOutputStream().write(request.getBytes());
            return read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private StoreReply read() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case ':' -> new StoreReply.Whole(Long.parseLong(rest));
            case '+' -> new StoreReply.Bytes(Buffer.buffer(rest));
            case '$' -> {
                int length = Integer.parseInt(rest);
                if (length < 0) {
                    yield new StoreReply.None();
                }
                Buffer value = Buffer.buffer(in.readNBytes(length));
                line();
                yield new StoreReply.Bytes(value);
            }
            case '*' -> {
                List<StoreReply> replies = new ArrayList<>();
                for (int i = Integer.parseInt(rest); i > 0; i--) {
                    replies.add(read());
                }
                yield new StoreReply.Many(replies);
            }
            default -> throw new AssertionError("the server says " + line);
        };
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\r'; octet = in.read()) {
            if (octet < 0) {
                throw new IOException("the server has gone");
            }
            line.append((char) octet);
        }
        in.skipNBytes(1);
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private record Words(List<byte[]> words) implements StoreOperation.Arguments {
        @Override
        public StoreOperation.Arguments add(String text) {
            words.add(bytes(text));
            return this;
        }

        @Override
        public StoreOperation.Arguments add(long number) {
            return add(Long.toString(number));
        }

        @Override
        public StoreOperation.Arguments add(Buffer bytes) {
            words.add(bytes.getBytes());
            return this;
        }
    }
}
