package io.policyengine.it.protocol;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * What a kernel and a worker said to each other, message by message, in the bytes that they sent. As text, each line is the number of
 * the gRPC call, who spoke, the method, and the message in base64.
 */
record Transcript(List<Line> lines) {
    /** Who sent a message. */
    enum Speaker {
        KERNEL,
        WORKER
    }

    /** One message. */
    record Line(int call, Speaker speaker, String method, ByteString message) {
        boolean isBy(Speaker expected) {
            return speaker == expected;
        }

        Line with(ByteString changed) {
            return new Line(call, speaker, method, changed);
        }

        private String text() {
            return call + " " + speaker + " " + method + " "
                    + Base64.getEncoder().encodeToString(message.toByteArray());
        }

        private static Line parse(String text) {
            String[] fields = text.split(" ", -1);
            return new Line(
                    Integer.parseInt(fields[0]),
                    Speaker.valueOf(fields[1]),
                    fields[2],
                    ByteString.copyFrom(Base64.getDecoder().decode(fields[3])));
        }
    }

    /** The conversation of this version of the protocol, such as {@code 1.0}. */
    static Transcript ofVersion(String version) {
        String name = "/protocol/" + version + ".txt";
        try (InputStream file = Objects.requireNonNull(Transcript.class.getResourceAsStream(name), name)) {
            String text = new String(file.readAllBytes(), StandardCharsets.US_ASCII);
            return new Transcript(text.lines().map(Line::parse).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same conversation with other messages. */
    Transcript map(UnaryOperator<Line> change) {
        return new Transcript(lines.stream().map(change).toList());
    }

    void writeTo(Path file) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.write(file, lines.stream().map(Line::text).toList(), StandardCharsets.US_ASCII);
    }

    /** What was said in one gRPC call by one side. */
    List<ByteString> said(int call, Speaker speaker) {
        return lines.stream()
                .filter(line -> line.call() == call && line.isBy(speaker))
                .map(Line::message)
                .toList();
    }

    /** The numbers of the gRPC calls of a method, in order. */
    List<Integer> calls(String method) {
        return lines.stream()
                .filter(line -> line.method().equals(method))
                .map(Line::call)
                .distinct()
                .toList();
    }
}
