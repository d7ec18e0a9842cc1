package io.policyengine.testkit.bypass;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Locale;

/** Sends one request frame by frame on a new HTTP/2 connection, and reads the status of the response. */
final class Http2Client {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int PRIORITY = 0x20;
    private static final int PRIORITY_LENGTH = 5;
    private static final int STREAM = 1;
    private static final int LONG_INTEGER = 127;

    private final DataInputStream in;
    private final DataOutputStream out;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();

    private Http2Client(Socket socket) throws IOException {
        this.in = new DataInputStream(socket.getInputStream());
        this.out = new DataOutputStream(socket.getOutputStream());
    }

    /** Returns the status of the final response, or 0 if none arrives in time. */
    static int sendBlocking(String host, int port, BypassRequest wire, int timeoutMs) throws IOException {
        try (Socket socket = new Socket(host, port)) {
            socket.setSoTimeout(timeoutMs);
            socket.setTcpNoDelay(true);
            Http2Client client = new Http2Client(socket);
            client.writeBlocking(wire);
            return client.statusBlocking();
        }
    }

    private void writeBlocking(BypassRequest wire) throws IOException {
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
        frame(SETTINGS, 0, 0, new byte[0]);
        boolean bodiless = wire.body().isEmpty();
        frame(HEADERS, END_HEADERS | (bodiless ? END_STREAM : 0), STREAM, block(wire));
        if (!bodiless) {
            frame(DATA, END_STREAM, STREAM, wire.body().getBytes(ISO_8859_1));
        }
        out.flush();
    }

    private static byte[] block(BypassRequest wire) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        boolean tunnel = wire.method().equals("CONNECT") && !wire.target().startsWith("/");
        field(block, ":method", wire.method());
        if (!tunnel) {
            field(block, ":scheme", "http");
            field(block, ":path", wire.target());
        }
        for (int i = 0; i < wire.host().size(); i++) {
            field(block, i == 0 ? ":authority" : "host", wire.host().get(i));
        }
        for (String lines : wire.fields()) {
            for (String line : lines.split("\r\n", -1)) {
                int colon = line.indexOf(':');
                String value = line.substring(colon + 1);
                field(
                        block,
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        value.startsWith(" ") ? value.substring(1) : value);
            }
        }
        return block.toByteArray();
    }

    /** Writes a header field in HPACK as a literal without indexing (RFC 7541 §6.2.2). */
    private static void field(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        text(block, name);
        text(block, value);
    }

    private static void text(ByteArrayOutputStream block, String octets) {
        int length = octets.length();
        if (length < LONG_INTEGER) {
            block.write(length);
        } else {
            block.write(LONG_INTEGER);
            int rest = length - LONG_INTEGER;
            while (rest >= 0x80) {
                block.write((rest & 0x7F) | 0x80);
                rest >>= 7;
            }
            block.write(rest);
        }
        block.writeBytes(octets.getBytes(ISO_8859_1));
    }

    private int statusBlocking() {
        try {
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int stream = in.readInt();
                byte[] payload = in.readNBytes(length);
                switch (type) {
                    case SETTINGS -> {
                        if ((flags & ACK) == 0) {
                            frame(SETTINGS, ACK, 0, new byte[0]);
                        }
                    }
                    case PING -> frame(PING, ACK, 0, payload);
                    case HEADERS -> {
                        int status = status(stream, flags, payload);
                        if (status >= 200) {
                            return status;
                        }
                    }
                    case RST_STREAM, GOAWAY -> {
                        return 0;
                    }
                    default -> {}
                }
                out.flush();
            }
        } catch (IOException | Http2Exception noAnswer) {
            return 0;
        }
    }

    private int status(int stream, int flags, byte[] payload) throws Http2Exception {
        ByteBuf block = Unpooled.wrappedBuffer(payload);
        if ((flags & PRIORITY) != 0) {
            block.skipBytes(PRIORITY_LENGTH);
        }
        CharSequence status = decoder.decodeHeaders(stream, block).status();
        return status == null ? 0 : Integer.parseInt(status.toString());
    }

    private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        out.writeByte(payload.length >> 16);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
    }
}
