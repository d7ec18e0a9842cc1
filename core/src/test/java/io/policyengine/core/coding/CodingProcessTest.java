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
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What only a JVM of its own shows. */
final class CodingProcessTest {
    @Test
    @Tag("nightly")
    void freesNativeMemoryHoweverABodyEnds() throws IOException, InterruptedException {
        List<String> growths = run(MemoryGrowth.class, "-Xmx32m");

        assertThat(growths).hasSize(2 * 5);
        assertThat(growths).allSatisfy(growth -> assertThat(growth).matches(".* grew by (-\\d+|[1-4]?\\d) MiB"));
    }

    @Test
    @Tag("nightly")
    void codersThatIdleHoldNoMoreThanIsCounted() throws IOException, InterruptedException {
        // The heap is resident from the start, so that only what is outside of it grows.
        List<String> lines = run(IdleCoders.class, "-Xms200m", "-Xmx200m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC");

        assertThat(lines).hasSize(10).allSatisfy(line -> {
            List<Integer> figures = Stream.of(line.replaceAll(".*: ", "").split(" of "))
                    .map(Integer::valueOf)
                    .toList();
            assertThat(figures.getFirst()).as(line).isLessThanOrEqualTo(figures.getLast() + 8);
        });
        assertThat(lines).anySatisfy(line -> assertThat(line).matches("br trees: [6-9]\\d of 12\\d"));
    }

    @Test
    void saysWhyACodingCannotBeUsedHere() throws IOException, InterruptedException {
        List<String> lines = run(Support.class, "-Djava.io.tmpdir=/proc");

        assertThat(lines).hasSize(4);
        assertThat(lines.subList(0, 2)).containsExactly("gzip: supported", "deflate: supported");
        assertThat(lines.get(2))
                .startsWith("br: bodies in coding br cannot be decoded: the native library libbrotli.so does not load"
                        + " from /proc (")
                .endsWith("); set java.io.tmpdir to a folder that is writable and not mounted noexec, or put the"
                        + " library into a folder of java.library.path");
        assertThat(lines.get(3))
                .startsWith("zstd: bodies in coding zstd cannot be decoded: the native library libzstd-");
    }

    private static List<String> run(Class<?> main, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        ProcessBuilder child = new ProcessBuilder(command);
        // What is freed goes back to the system at once, so that resident memory tells what is held.
        child.environment()
                .putAll(Map.of(
                        "MALLOC_MMAP_THRESHOLD_", "16384",
                        "MALLOC_MMAP_MAX_", "1000000",
                        "MALLOC_TRIM_THRESHOLD_", "0"));
        Process process = child.redirectError(ProcessBuilder.Redirect.INHERIT).start();
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

    /** Prints by how much the process grew while coders were open, and how much of it was counted, for each kind. */
    static final class IdleCoders {
        private static final int CODERS = 40;
        private static final int LARGE = 17 << 20;

        public static void main(String[] args) throws IOException, CodingException {
            ContentCodings.loadLibrariesBlocking();
            measure("br windows", () -> Bodies.codings("br").decoder(2 * LARGE), largestWindow());
            measure("br trees", () -> Bodies.codings("br").decoder(LARGE), HostileBrotli.manyTrees());
            for (String coding : List.of("gzip", "deflate", "br", "zstd")) {
                Buffer body = Bodies.random(1 << 20, 1);
                measure(coding + " encoders", Bodies.codings(coding)::encoder, body);
                Buffer encoded = Bodies.encode(coding, body);
                measure(
                        coding + " decoders",
                        () -> Bodies.codings(coding).decoder(LARGE),
                        encoded.slice(0, encoded.length() - 1));
            }
        }

        private static Buffer largestWindow() throws IOException {
            byte[] encoded = Encoder.compress(
                    new byte[LARGE], new Encoder.Parameters().setQuality(5).setWindow(24));
            return Buffer.buffer(encoded).slice(0, encoded.length - 1);
        }

        private static void measure(String what, Supplier<BodyCoder> open, Buffer begin)
                throws IOException, CodingException {
            opened(open, begin).close();
            System.gc();
            long before = MemoryGrowth.residentMebibytes();
            List<BodyCoder> coders = new ArrayList<>();
            for (int coder = 0; coder < CODERS; coder++) {
                coders.add(opened(open, begin));
            }
            System.gc();
            long growth = MemoryGrowth.residentMebibytes() - before;
            long counted = coders.stream().mapToLong(BodyCoder::nativeBytes).sum() >> 20;
            coders.forEach(BodyCoder::close);
            System.out.println(what + ": " + growth + " of " + counted);
        }

        private static BodyCoder opened(Supplier<BodyCoder> open, Buffer begin) throws CodingException {
            BodyCoder coder = open.get();
            coder.next(begin, false);
            return coder;
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
