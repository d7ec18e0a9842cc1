package io.policyengine.e2e.attack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;

/** The octets of HTTP/1.1 requests. */
final class Http1 {
    private Http1() {}

    /** Octets of text. */
    static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /** The octets of all parts. */
    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** The same octets so many times. */
    static byte[] repeat(byte[] part, int times) {
        byte[] all = new byte[part.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(part, 0, all, i * part.length, part.length);
        }
        return all;
    }

    /** A request without an end: fields may follow. */
    static byte[] head(String method, String target, String... fields) {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nhost: localhost\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return octets(head.toString());
    }

    /** A request without a body, after which the connection is closed. */
    static byte[] get(String target, String... fields) {
        return join(head("GET", target, fields), octets("connection: close\r\n\r\n"));
    }

    /** A request with a body of this announced length, of which this much comes at once. */
    static byte[] announced(String target, long length, byte[] content, String... fields) {
        return join(
                head("POST", target, fields),
                octets("connection: close\r\ncontent-length: " + length + "\r\n\r\n"),
                content);
    }

    /** A request with a body. */
    static byte[] post(String target, byte[] content, String... fields) {
        return announced(target, content.length, content, fields);
    }

    /** A request whose body comes in chunks, of which these are the first. */
    static byte[] chunked(String target, byte[] chunks, String... fields) {
        return join(head("POST", target, fields), octets("transfer-encoding: chunked\r\n\r\n"), chunks);
    }

    /** A chunk. */
    static byte[] chunk(byte[] content) {
        return join(octets(Integer.toHexString(content.length) + "\r\n"), content, octets("\r\n"));
    }
}
