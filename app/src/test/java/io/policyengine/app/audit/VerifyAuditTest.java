package io.policyengine.app.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.sink.chain.ChainHead;
import io.policyengine.core.sink.chain.Checkpoint;
import io.policyengine.core.sink.chain.CheckpointKey;
import io.policyengine.core.sink.chain.WrittenHead;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class VerifyAuditTest {
    private static final String CHAIN = "11111111-2222-3333-4444-555555555555";

    private final Path directory;

    VerifyAuditTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private record Said(int code, String text) {}

    private Said verify(String... arguments) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int code = new CommandLine(new VerifyAudit(out))
                .setOut(out)
                .setErr(out)
                .setExecutionExceptionHandler((failure, _, _) -> {
                    out.println(failure.getMessage());
                    return 2;
                })
                .execute(Stream.of(arguments)
                        .map(argument -> argument.startsWith("--")
                                ? argument
                                : directory.resolve(argument).toString())
                        .toArray(String[]::new));
        out.flush();
        return new Said(code, said.toString().replace(directory + "/", ""));
    }

    /** Two files of a trail with five entries each. */
    private ChainHead trail(Optional<CheckpointKey> key) throws IOException {
        ChainHead head = ChainHead.of(CHAIN);
        for (int file = 0; file < 2; file++) {
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                byte[] line = i == 0
                        ? head.checkpoint(
                                new Checkpoint(Checkpoint.Reason.BEGIN, Instant.ofEpochSecond(file + 1L), 0, 1000), key)
                        : head.entry(
                                ("{\"type\":\"exchange\",\"path\":\"/" + i + "\"}").getBytes(StandardCharsets.UTF_8));
                head = head.after(line);
                lines.add(new String(line, StandardCharsets.UTF_8));
            }
            Files.writeString(directory.resolve("audit." + (2 - file)), String.join("\n", lines) + "\n");
        }
        return head;
    }

    @Test
    void aTrailIsIntactInWhateverOrderItsFilesAreGiven() throws Exception {
        ChainHead end = trail(Optional.empty());
        Files.writeString(WrittenHead.beside(directory.resolve("audit.1")), WrittenHead.text(end));

        Said said = verify("audit.1", "audit.2");

        assertThat(said)
                .isEqualTo(new Said(
                        0,
                        "10 entries and 2 checkpoints, from 1 to 12; signatures not checked (--public-key): intact\n"));
    }

    @Test
    void whatIsFoundIsSaidWithItsPlace() throws Exception {
        trail(Optional.empty());
        Path first = directory.resolve("audit.2");
        Files.writeString(first, Files.readString(first).replace("\"/3\"", "\"/33\""));

        Said said = verify("audit.2", "audit.1");

        assertThat(said.code()).isOne();
        assertThat(said.text())
                .startsWith("audit.2:4: changed: this entry was changed after the next one was written\n")
                .endsWith(": 1 finding\n");
    }

    @Test
    void signaturesAreCheckedByAPublicKey() throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        KeyPair others = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        trail(Optional.of(
                CheckpointKey.parse(pem("PRIVATE KEY", keys.getPrivate().getEncoded()))));
        Files.writeString(
                directory.resolve("key.pem"), pem("PUBLIC KEY", keys.getPublic().getEncoded()));
        Files.writeString(
                directory.resolve("other.pem"),
                pem("PUBLIC KEY", others.getPublic().getEncoded()));

        assertThat(verify("--public-key=" + directory.resolve("key.pem"), "audit.1", "audit.2"))
                .isEqualTo(new Said(0, "10 entries and 2 checkpoints, from 1 to 12; signed up to 7: intact\n"));
        assertThat(verify("--public-key=" + directory.resolve("other.pem"), "audit.1", "audit.2")
                        .text())
                .contains("audit.2:1: unsigned: the key has not signed this checkpoint");
    }

    @Test
    void aFileThatAnotherProgramDividedIsWholeWithItsOtherPart() throws Exception {
        trail(Optional.empty());
        List<String> lines = Files.readAllLines(directory.resolve("audit.2"));
        Files.write(directory.resolve("audit.2"), lines.subList(0, 3));
        Files.write(directory.resolve("audit.part"), lines.subList(3, lines.size()));

        assertThat(verify("audit.1", "audit.part", "audit.2").code()).isZero();
        assertThat(verify("audit.1", "audit.part").text())
                .startsWith("audit.part:1: removed: the file begins in the middle of the trail: earlier entries were"
                        + " removed, or are in a file that was not checked\n");
    }

    private static String pem(String label, byte[] key) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(key) + "\n-----END " + label
                + "-----\n";
    }

    @Test
    void aFileThatIsNotThereIsWrongUsage() {
        assertThat(verify("nowhere").code()).isEqualTo(2);
    }

    @Test
    void theFilesBesideATrailAreNoPartsOfIt() throws Exception {
        ChainHead end = trail(Optional.empty());
        Files.writeString(directory.resolve("audit.1.head"), WrittenHead.text(end));
        Files.createFile(directory.resolve("audit.1.lock"));

        assertThat(verify("audit.1", "audit.1.head", "audit.1.lock", "audit.2").code())
                .isZero();
    }

    @Test
    void theLastFileThatWasDeletedIsMissedByTheFileBesideIt() throws Exception {
        ChainHead end = trail(Optional.empty());
        Files.writeString(directory.resolve("audit.1.head"), WrittenHead.text(end));
        Files.delete(directory.resolve("audit.1"));

        assertThat(verify("audit.1.head", "audit.2")).isEqualTo(new Said(1, """
                        audit.1.head:0: removed: the entries after this one are missing, up to 12
                        5 entries and 1 checkpoint, from 1 to 6; signatures not checked (--public-key): 1 finding
                        """));
    }

    @Test
    void aClockThatWasSetBackChangesNoOrder() throws Exception {
        trail(Optional.empty());
        Path second = directory.resolve("audit.1");
        byte[] begin = Objects.requireNonNull(ChainHead.ofLast(Files.readAllLines(directory.resolve("audit.2"))
                        .getLast()
                        .getBytes(StandardCharsets.UTF_8)))
                .checkpoint(new Checkpoint(Checkpoint.Reason.BEGIN, Instant.EPOCH, 0, 1000), Optional.empty());
        Files.writeString(second, new String(begin, StandardCharsets.UTF_8) + "\n");

        assertThat(verify("audit.1", "audit.2").code()).isZero();
    }

    @Test
    void aTrailWithoutAnyEntryIsNotIntact() throws Exception {
        Files.createFile(directory.resolve("audit.log"));

        Said said = verify("audit.log");

        assertThat(said.code()).isOne();
        assertThat(said.text()).startsWith("audit.log:0: removed: the trail has no entries\n");
    }
}
