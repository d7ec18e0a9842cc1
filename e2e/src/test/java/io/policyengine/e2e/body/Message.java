package io.policyengine.e2e.body;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * A body with the fields that describe it.
 *
 * @param headers content-type and the like
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares it
record Message(Map<String, String> headers, byte[] body) {
    /** A text in UTF-8. */
    static Message of(String type, String text) {
        return new Message(Map.of("content-type", type), text.getBytes(StandardCharsets.UTF_8));
    }

    /** JSON. */
    static Message json(String text) {
        return of("application/json", text);
    }

    /** The same, compressed, and once more. */
    Message doublyGzipped() {
        return with("content-encoding", "gzip, gzip", gzip(gzip(body)));
    }

    /** The same, said to be of another type. */
    Message saidToBe(String type) {
        return with("content-type", type, body);
    }

    /** The same text in another charset, which is not told. */
    Message in(Charset charset) {
        return new Message(headers, text().getBytes(charset));
    }

    /** The same as the second part of a form. */
    Message inMultipart() {
        String form = "--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--b\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"f\"\r\nContent-Type: "
                + headers.get("content-type") + "\r\n\r\n";
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(form.getBytes(StandardCharsets.UTF_8));
        whole.writeBytes(body);
        whole.writeBytes("\r\n--b--\r\n".getBytes(StandardCharsets.UTF_8));
        return new Message(Map.of("content-type", "multipart/form-data; boundary=b"), whole.toByteArray());
    }

    /** The same as a file that is compressed. */
    Message gzipFile() {
        return new Message(Map.of("content-type", "application/gzip"), gzip(body));
    }

    /** The same in a transfer encoding. */
    Message inBase64() {
        return with(
                "content-transfer-encoding", "base64", Base64.getMimeEncoder().encode(body));
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    private Message with(String name, String value, byte[] other) {
        Map<String, String> changed = new HashMap<>(headers);
        changed.put(name, value);
        return new Message(changed, other);
    }

    /** The body in two pieces, cut there. */
    List<byte[]> cutAt(int at) {
        List<byte[]> pieces = new ArrayList<>();
        pieces.add(Arrays.copyOf(body, at));
        pieces.add(Arrays.copyOfRange(body, at, body.length));
        return pieces;
    }

    private static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
