package io.policyengine.core.coding;

import static org.assertj.core.api.Assertions.assertThat;

import com.aayushatharva.brotli4j.encoder.Encoder;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What only a JVM of its own shows. */
final class CodingProcessTest {
    @Test
    void freesNativeMemoryHoweverABodyEnds() throws IOException, InterruptedException {
        List<String> growths = run(MemoryGrowth.class, "-Xmx32m");

        assertThat(growths).hasSize(2 * 5);
        assertThat(growths).allSatisfy(growth -> assertThat(growth).matches(".* grew by (-\\d+|[1-4]?\\d) MiB"));
    }

    @Test
    void decodersThatIdleHoldNoMoreThanTheirWindowsSay() throws IOException, InterruptedException {
        List<String> lines = run(IdleDecoders.class, "-Xmx160m");

        assertThat(lines).containsExactly("counted is enough");
    }

    @Test
    void saysWhyACodingCannotBeUsedHere() throws IOException, InterruptedException {
        List<String> lines = run(Support.class, "-Djava.io.tmpdir=/proc");

        assertThat(lines).hasSize(4);
        assertThat(lines.subList(0, 2)).containsExactly("gzip: supported", "deflate: supported");
        assertThat(lines.get(2))
                .startsWith("br: bodies in coding br cannot be opened: the native library libbrotli.so does not load"
                        + " from /proc (")
                .endsWith("); set java.io.tmpdir to a folder that is writable and not mounted noexec, or put the"
                        + " library into a folder of java.library.path");
        assertThat(lines.get(3))
                .startsWith("zstd: bodies in coding zstd cannot be opened: the native library libzstd-");
    }

    private static List<String> run(Class<?> main, String option) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        option,
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().toList();
    }

    /** Prints which codings can be used, and why others cannot. */
    static final class Support {
        public static void main(String[] args) {
            List<String> problems = new ArrayList<>(ContentCodings.loadLibrariesBlocking());
            for (String field : List.of("gzip", "deflate", "br", "zstd")) {
                String reason = Bodies.codings(field).unsupportedReason().orElse("supported");
                System.out.println(field + ": " + reason);
                problems.remove(reason);
            }
            problems.forEach(System.out::println);
        }
    }

    /** Prints whether windows of 16 MiB that are full take no more memory than is counted, with 256 KiB beside each. */
    static final class IdleDecoders {
        private static final int DECODERS = 40;
        private static final int BYTES = 17 << 20;
        private static final long STATE = 256 << 10;

        public static void main(String[] args) throws IOException, CodingException {
            ContentCodings.loadLibrariesBlocking();
            Buffer encoded = Buffer.buffer(Encoder.compress(
                    new byte[BYTES], new Encoder.Parameters().setQuality(5).setWindow(24)));
            Buffer begin = encoded.slice(0, encoded.length() - 1);
            ContentCodings codings = Bodies.codings("br");
            opened(codings, begin).close();
            long before = MemoryGrowth.residentMebibytes();
            List<BodyCoder> open = new ArrayList<>();
            for (int decoder = 0; decoder < DECODERS; decoder++) {
                open.add(opened(codings, begin));
            }
            long growth = MemoryGrowth.residentMebibytes() - before;
            open.forEach(BodyCoder::close);
            long counted = (DECODERS * (codings.windowOf(begin) + STATE)) >> 20;
            // The heap may have grown meanwhile.
            System.out.println(
                    growth <= counted + 160 && growth > counted / 2 ? "counted is enough" : growth + " of " + counted);
        }

        private static BodyCoder opened(ContentCodings codings, Buffer begin) throws CodingException {
            BodyCoder decoder = codings.decoder(2 * BYTES);
            decoder.next(begin, false);
            return decoder;
        }
    }

    /**
     * Prints by how much the process grew while it opened and closed coders, for each way to end. Of br and zstd: what the others
     * hold, the JDK's cleaner frees in the end, so that it would not show.
     */
    static final class MemoryGrowth {
        private static final int CODERS = 500;
        private static final Buffer BODY = Bodies.seq().appendBuffer(Buffer.buffer(new byte[200_000]));

        private enum Ending {
            ENCODED,
            ENCODING_GIVEN_UP,
            DECODED,
            DECODING_GIVEN_UP,
            DECODING_FAILED
        }

        public static void main(String[] args) throws IOException, CodingException {
            for (String field : List.of("br", "zstd")) {
                Buffer encoded = Bodies.encode(field, BODY);
                for (Ending ending : Ending.values()) {
                    use(field, encoded, ending, CODERS / 10);
                    long before = residentMebibytes();
                    use(field, encoded, ending, CODERS);
                    long growth = residentMebibytes() - before;
                    System.out.println(field + " " + ending + " grew by " + growth + " MiB");
                }
            }
        }

        private static void use(String field, Buffer encoded, Ending ending, int times) throws CodingException {
            for (int time = 0; time < times; time++) {
                boolean encodes = ending == Ending.ENCODED || ending == Ending.ENCODING_GIVEN_UP;
                ContentCodings codings = Bodies.codings(field);
                try (BodyCoder coder = encodes ? codings.encoder() : codings.decoder(BODY.length())) {
                    coder.next(encodes ? BODY : encoded, ending == Ending.ENCODED || ending == Ending.DECODED);
                    if (ending == Ending.DECODING_FAILED) {
                        coder.next(Buffer.buffer("x"), true);
                    }
                } catch (CodingException failure) {
                    if (ending != Ending.DECODING_FAILED) {
                        throw failure;
                    }
                }
            }
        }

        private static long residentMebibytes() throws IOException {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
                }
            }
            throw new IOException("no VmRSS in /proc/self/status");
        }
    }
}
