package io.policyengine.kernel.harness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** An HTTP/2 connection to the kernel, frame by frame: what no client library lets a test do. Blocks for at most 10 s. */
public final class RawHttp2 implements AutoCloseable {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RST_STREAM = 3;

    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int WINDOW_UPDATE = 8;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int PRIORITY = 0x20;
    private static final int PRIORITY_LENGTH = 5;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int LARGEST_FRAME = 16_384;
    private static final int LONG_TEXT = 127;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final DefaultHttp2HeadersDecoder headersDecoder = new DefaultHttp2HeadersDecoder();
    private int streams;

    /** A frame as it came. */
    public record Frame(int type, int flags, int stream, ByteBuffer payload) {}

    private RawHttp2(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        this.out = new DataOutputStream(socket.getOutputStream());
    }

    /** Connects; the server may send so many octets of DATA on each stream before it is given more. */
    public static RawHttp2 connect(int port, int window) throws IOException {
        return connect(new Socket(), port, window);
    }

    /** Connects; the system keeps a few kilobytes of what is not read. */
    public static RawHttp2 connectWithLittleRoom(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(2048);
        return connect(socket, port, 1 << 16);
    }

    private static RawHttp2 connect(Socket socket, int port, int window) throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(10_000);
        // Else what is written in pieces may wait for an acknowledgement.
        socket.setTcpNoDelay(true);
        RawHttp2 raw = new RawHttp2(socket);
        raw.out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
        raw.write(
                SETTINGS,
                0,
                0,
                ByteBuffer.allocate(6)
                        .putShort((short) INITIAL_WINDOW_SIZE)
                        .putInt(window)
                        .array());
        return raw;
    }

    /** Opens a call of {@code ExternalProcessor/Process}. */
    public int call(String authority) throws IOException {
        return call(authority, "/envoy.service.ext_proc.v3.ExternalProcessor/Process");
    }

    /** Opens a call of any method. */
    public int call(String authority, String path) throws IOException {
        int stream = 2 * streams++ + 1;
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        literal(block, ":method", "POST");
        literal(block, ":scheme", "http");
        literal(block, ":authority", authority);
        literal(block, ":path", path);
        literal(block, "content-type", "application/grpc");
        literal(block, "te", "trailers");
        write(HEADERS, END_HEADERS, stream, block.toByteArray());
        return stream;
    }

    /** Sends a gRPC message with this flag. */
    public void message(int stream, int flag, byte[] message) throws IOException {
        ByteBuffer framed = ByteBuffer.allocate(5 + message.length)
                .put((byte) flag)
                .putInt(message.length)
                .put(message);
        data(stream, framed.array());
    }

    /** Sends octets, in as many frames as it takes. */
    public void data(int stream, byte[] octets) throws IOException {
        for (int from = 0; from < octets.length; from += LARGEST_FRAME) {
            int to = Math.min(octets.length, from + LARGEST_FRAME);
            write(DATA, 0, stream, Arrays.copyOfRange(octets, from, to));
        }
    }

    /** Lets the server send so many more octets of DATA on a stream. */
    public void allow(int stream, int octets) throws IOException {
        write(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(octets).array());
    }

    /** The next frame of a stream; settings, pings and windows are dealt with. */
    public Frame next() throws IOException {
        while (true) {
            Frame frame = read();
            switch (frame.type()) {
                case SETTINGS -> {
                    if ((frame.flags() & ACK) == 0) {
                        write(SETTINGS, ACK, 0, new byte[0]);
                    }
                }
                case PING -> write(PING, ACK, 0, frame.payload().array());
                case WINDOW_UPDATE -> {}
                default -> {
                    return frame;
                }
            }
        }
    }

    /** The fields of a HEADERS frame. */
    public Http2Headers fields(Frame frame) throws IOException {
        try {
            ByteBuf block = Unpooled.wrappedBuffer(frame.payload());
            boolean prioritized = (frame.flags() & PRIORITY) != 0;
            return headersDecoder.decodeHeaders(frame.stream(), prioritized ? block.skipBytes(PRIORITY_LENGTH) : block);
        } catch (Http2Exception malformed) {
            throw new IOException(malformed);
        }
    }

    private Frame read() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        return new Frame(type, flags, stream, ByteBuffer.wrap(in.readNBytes(length)));
    }

    private void write(int type, int flags, int stream, byte[] payload) throws IOException {
        out.writeByte(payload.length >> 16);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
        out.flush();
    }

    /** A field that is not indexed (RFC 7541 §6.2.2). */
    private static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        text(block, name);
        text(block, value);
    }

    /** A text as it is, after its length with a prefix of seven bits (RFC 7541 §5). */
    private static void text(ByteArrayOutputStream block, String text) {
        int rest = text.length() - LONG_TEXT;
        block.write(Math.min(text.length(), LONG_TEXT));
        for (; rest >= 0; rest = rest < 0x80 ? -1 : rest >> 7) {
            block.write(rest < 0x80 ? rest : (rest & 0x7f) | 0x80);
        }
        block.writeBytes(text.getBytes(ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** The message with which an Envoy begins a request without a body. */
    public static byte[] requestHeaders() {
        return ProcessingRequest.newBuilder()
                .setRequestHeaders(HttpHeaders.newBuilder()
                        .setEndOfStream(true)
                        .setHeaders(HeaderMap.newBuilder()
                                .addHeaders(HeaderValue.newBuilder().setKey(":method"))))
                .build()
                .toByteArray();
    }
}
