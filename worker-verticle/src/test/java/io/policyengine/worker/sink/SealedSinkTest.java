package io.policyengine.worker.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Sink;
import io.policyengine.core.sink.Sealing;
import io.policyengine.core.sink.chain.AuditFinding;
import io.policyengine.core.sink.chain.ChainHead;
import io.policyengine.core.sink.chain.CheckpointKey;
import io.policyengine.core.sink.chain.TrailKey;
import io.policyengine.core.sink.chain.WrittenHead;
import io.policyengine.testkit.time.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chains in files, and what is found when somebody has been at them. */
class SealedSinkTest {
    private static final String SMALL =
            "{ all: { type: file, path: audit.log, rotation: { max_bytes: 2000, keep: 0 } } }";
    private static final String ONE = "{ all: { type: file, path: audit.log } }";
    private static final KeyPair KEYS = keys();

    private final Path directory;

    SealedSinkTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (java.security.NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static String pem(String label, byte[] key) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(key) + "\n-----END " + label
                + "-----\n";
    }

    private static Optional<Sealing> sealing(int every) {
        CheckpointKey key =
                CheckpointKey.parse(pem("PRIVATE KEY", KEYS.getPrivate().getEncoded()));
        return Optional.of(new Sealing(Optional.of(key), every, Duration.ofMinutes(1)));
    }

    private static TrailKey publicKey() {
        return TrailKey.parse(pem("PUBLIC KEY", KEYS.getPublic().getEncoded()));
    }

    private void write(String config, int from, int to, int every) throws Exception {
        try (SinkRig rig = new SinkRig(directory, config)) {
            Sink sink = rig.use("all", sealing(every)).sink();
            for (int i = from; i < to; i++) {
                sink.offer(SinkRig.record(i));
                // One by one, so that files begin between them.
                rig.awaitSent("all", i - from + 1);
            }
        }
    }

    private Path file() {
        return directory.resolve("audit.log");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> found = new ArrayList<>(
                    files.filter(file -> file.getFileName().toString().startsWith("audit.log.2"))
                            .sorted()
                            .toList());
            found.add(file());
            return found;
        }
    }

    private List<AuditFinding> findings() throws IOException {
        return TrailFindings.of(Optional.of(publicKey()), files());
    }

    private List<AuditFinding.Kind> kinds() throws IOException {
        return findings().stream().map(AuditFinding::kind).toList();
    }

    private interface Edit {
        void edit(List<String> lines);
    }

    private void edit(Edit edit) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(file()));
        edit.edit(lines);
        Files.writeString(file(), String.join("\n", lines) + (lines.isEmpty() ? "" : "\n"));
    }

    private static ChainHead headOf(String line) {
        return Objects.requireNonNull(ChainHead.ofLast(line.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aChainGoesOnFromFileToFileAndFromProcessToProcess() throws Exception {
        write(SMALL, 0, 40, 7);
        write(SMALL, 40, 60, 7);
        write(SMALL, 60, 61, 7);

        assertThat(findings()).isEmpty();
        assertThat(files()).hasSizeGreaterThan(5);
        List<String> lines = Files.readAllLines(file());
        ChainHead end = headOf(lines.getLast());
        assertThat(end.sequence()).isGreaterThan(60);
        assertThat(lines.getLast()).contains("\"reason\":\"end\"").contains("\"signature\":\"");
    }

    @Test
    void aChangedEntryIsFoundAtItsPlace() throws Exception {
        write(ONE, 0, 10, 100);

        edit(lines -> lines.set(4, lines.get(4).replace("\"number\":3", "\"number\":33")));

        assertThat(findings())
                .containsExactly(new AuditFinding(
                        AuditFinding.Kind.CHANGED,
                        "audit.log:5",
                        "this entry was changed after the next one was written"));
    }

    @Test
    void aRemovedEntryIsFound() throws Exception {
        write(ONE, 0, 10, 100);

        edit(lines -> lines.remove(4));

        assertThat(findings())
                .containsExactly(new AuditFinding(
                        AuditFinding.Kind.REMOVED, "audit.log:5", "entry 5 is missing before this one"));
    }

    @Test
    void reorderedEntriesAreFound() throws Exception {
        write(ONE, 0, 10, 100);

        edit(lines -> Collections.swap(lines, 4, 5));

        assertThat(findings())
                .containsExactly(
                        new AuditFinding(AuditFinding.Kind.REORDERED, "audit.log:6", "entry 5 comes after entry 6"));
    }

    @Test
    void aDuplicatedEntryIsFound() throws Exception {
        write(ONE, 0, 10, 100);

        edit(lines -> lines.add(8, lines.get(4)));

        assertThat(findings())
                .containsExactly(new AuditFinding(
                        AuditFinding.Kind.DUPLICATED, "audit.log:9", "entry 5 is there already, at audit.log:5"));
    }

    @Test
    void anEntryThatIsCutOffIsFound() throws Exception {
        write(ONE, 0, 10, 100);
        String text = Files.readString(file());

        Files.writeString(file(), text.substring(0, text.length() - 20));

        assertThat(kinds()).containsExactly(AuditFinding.Kind.TRUNCATED, AuditFinding.Kind.REMOVED);
    }

    @Test
    void entriesThatAreTakenFromTheEndAreFoundByTheFileBesideIt() throws Exception {
        write(ONE, 0, 10, 100);

        edit(lines -> lines.subList(6, lines.size()).clear());

        assertThat(findings())
                .containsExactly(new AuditFinding(
                        AuditFinding.Kind.REMOVED, "audit.log:6", "the entries after this one are missing, up to 12"));
    }

    @Test
    void entriesThatAreTakenFromTheEndAreToldByTheEngineThatGoesOn() throws Exception {
        write(ONE, 0, 10, 100);
        edit(lines -> lines.subList(6, lines.size()).clear());

        write(ONE, 10, 12, 100);

        assertThat(findings())
                .singleElement()
                .satisfies(found -> assertThat(found.message())
                        .isEqualTo("when the engine resumed here, 6 earlier entries were missing"));
    }

    @Test
    void aWholeFileThatIsMissingIsFound() throws Exception {
        write(SMALL, 0, 40, 7);

        Files.delete(files().get(2));

        assertThat(kinds()).containsExactly(AuditFinding.Kind.REMOVED);
    }

    @Test
    void theBeginningOfAFileThatIsMissingIsFound() throws Exception {
        write(ONE, 0, 10, 100);

        edit(lines -> lines.subList(0, 2).clear());

        assertThat(findings())
                .first()
                .satisfies(
                        found -> assertThat(found.message()).startsWith("the file begins in the middle of the trail"));
    }

    @Test
    void aLineOfSomebodyElseIsFound() throws Exception {
        write(ONE, 0, 10, 100);

        edit(lines -> lines.add(3, "{\"type\":\"exchange\",\"request_id\":\"forged\"}"));

        assertThat(kinds()).containsExactly(AuditFinding.Kind.CHANGED);
    }

    @Test
    void oneWhoCalculatesTheChainAgainHasNoSignature() throws Exception {
        write(ONE, 0, 10, 3);
        List<String> lines = Files.readAllLines(file());
        ChainHead head = headOf(lines.getFirst());
        List<String> forged = new ArrayList<>(List.of(lines.getFirst()));
        for (int i = 1; i < lines.size(); i++) {
            byte[] line = lines.get(i)
                    .replace("\"number\":1,", "\"number\":100,")
                    .replaceFirst("\"previous\":\"[0-9a-f]*\"", "\"previous\":\"" + head.digest() + "\"")
                    .getBytes(StandardCharsets.UTF_8);
            head = head.after(line);
            forged.add(new String(line, StandardCharsets.UTF_8));
        }

        Files.writeString(file(), String.join("\n", forged) + "\n");
        Files.delete(WrittenHead.beside(file()));

        assertThat(kinds()).isNotEmpty().containsOnly(AuditFinding.Kind.UNSIGNED);
    }

    @Test
    void oneWhoLeavesCheckpointsOutIsFound() throws Exception {
        write(ONE, 0, 10, 3);
        List<String> lines = Files.readAllLines(file());
        ChainHead head = headOf(lines.getFirst());
        List<String> forged = new ArrayList<>(List.of(lines.getFirst()));
        for (String line : lines.subList(1, lines.size())) {
            if (!line.contains("\"type\":\"checkpoint\"")) {
                byte[] again =
                        head.entry(("{" + line.substring(line.indexOf("\"number\""))).getBytes(StandardCharsets.UTF_8));
                head = head.after(again);
                forged.add(new String(again, StandardCharsets.UTF_8));
            }
        }

        Files.writeString(file(), String.join("\n", forged) + "\n");
        Files.delete(WrittenHead.beside(file()));

        assertThat(findings())
                .containsExactly(new AuditFinding(
                        AuditFinding.Kind.UNSIGNED,
                        "audit.log:5",
                        "a checkpoint is missing here: one must follow after 3 entries"));
    }

    @Test
    void aChainHasAFileOfItsOwn() throws Exception {
        try (SinkRig rig = new SinkRig(directory, ONE)) {
            rig.sink("all").offer(SinkRig.record(1));
            rig.awaitSent("all", 1);
        }

        write(ONE, 0, 3, 100);

        assertThat(files()).hasSize(2);
        assertThat(Files.readAllLines(files().getFirst())).hasSize(1);
        assertThat(Files.readAllLines(file()))
                .allSatisfy(line -> assertThat(line).startsWith("{\"chain\":"));
    }

    @Test
    void whatIsLostIsToldInTheChain() throws Exception {
        Path obstacle = Files.createFile(directory.resolve("folder"));
        String config = "{ all: { type: file, path: folder/audit.log, queue_bytes: 65536 } }";
        try (SinkRig rig = new SinkRig(directory, config)) {
            Sink sink = rig.use("all", sealing(1_000)).sink();
            int taken = 0;
            for (int i = 0; i < 1_000; i++) {
                taken += sink.offer(SinkRig.record(i, "x".repeat(500))) ? 1 : 0;
            }
            Files.delete(obstacle);
            rig.awaitSent("all", taken);
            sink.offer(SinkRig.record(-1));
            rig.awaitSent("all", taken + 1);

            long told = Files.readAllLines(directory.resolve("folder/audit.log")).stream()
                    .filter(line -> line.contains("\"reason\":\"lost\""))
                    .mapToLong(line -> Long.parseLong(line.replaceFirst(".*\"count\":([0-9]+).*", "$1")))
                    .sum();
            assertThat(told).isEqualTo(1_000 - taken);
        }
    }

    @Test
    void whatStandsBehindASignatureIsNotSigned() throws Exception {
        write(ONE, 0, 10, 3);
        List<String> lines = Files.readAllLines(file());
        ChainHead head = headOf(lines.getFirst());
        List<String> forged = new ArrayList<>(List.of(lines.getFirst()));
        for (String line : lines.subList(1, lines.size())) {
            String previous = "\"previous\":\"" + head.digest() + "\"";
            byte[] again = (line.contains("\"type\":\"checkpoint\"")
                            ? line.substring(0, line.length() - 1) + "," + previous + "}"
                            : line.replace("\"number\":1,", "\"number\":100,")
                                    .replaceFirst("\"previous\":\"[0-9a-f]*\"", previous))
                    .getBytes(StandardCharsets.UTF_8);
            head = new ChainHead(head.chain(), head.sequence(), "").after(again);
            forged.add(new String(again, StandardCharsets.UTF_8));
        }

        Files.writeString(file(), String.join("\n", forged) + "\n");
        Files.delete(WrittenHead.beside(file()));

        assertThat(kinds()).isNotEmpty();
    }

    @Test
    void aNumberThatIsTooLargeHoldsNothingUp() throws Exception {
        write(ONE, 0, 10, 100);

        edit(lines -> {
            String last = lines.getLast();
            lines.set(7, lines.get(7).replaceFirst("\"sequence\":[0-9]+", "\"sequence\":" + Long.MAX_VALUE));
            lines.add(last.replaceFirst("\"sequence\":[0-9]+", "\"sequence\":" + (Long.MAX_VALUE - 1)));
            lines.add(last);
        });

        assertThat(kinds()).isNotEmpty();
    }

    @Test
    void aFileThatIsDeletedBetweenProcessesIsMissed() throws Exception {
        write(SMALL, 0, 20, 7);
        Files.delete(file());

        write(SMALL, 20, 40, 7);

        assertThat(kinds()).containsExactly(AuditFinding.Kind.REMOVED);
    }

    @Test
    void aFileThatIsMovedAwayBetweenProcessesHasItsChainGoOn() throws Exception {
        write(ONE, 0, 10, 7);
        Files.move(file(), directory.resolve("audit.log.2"));

        write(ONE, 10, 20, 7);

        assertThat(findings()).isEmpty();
        assertThat(headOf(Files.readAllLines(file()).getFirst()).sequence()).isGreaterThan(10);
    }

    @Test
    void aChainWithoutItsEndIsFoundWhereAnotherBegins() throws Exception {
        write(ONE, 0, 10, 100);
        edit(lines -> lines.subList(6, lines.size()).clear());
        Files.move(file(), directory.resolve("audit.log.2"));
        Files.delete(WrittenHead.beside(file()));

        write(ONE, 10, 20, 100);

        assertThat(findings())
                .containsExactly(new AuditFinding(
                        AuditFinding.Kind.REMOVED,
                        "audit.log.2:6",
                        "the chain has no end here: entries after this one are missing, or the process was killed"));
    }

    @Test
    void aChainThatIsThereTwiceIsFound() throws Exception {
        write(ONE, 0, 3, 100);
        Files.copy(file(), directory.resolve("audit.log.20"));
        Files.move(file(), directory.resolve("audit.log.22"));
        Files.delete(WrittenHead.beside(file()));
        write(ONE, 3, 6, 100);
        Files.move(file(), directory.resolve("audit.log.21"));
        Files.delete(WrittenHead.beside(file()));
        write(ONE, 6, 9, 100);

        assertThat(findings())
                .containsExactly(new AuditFinding(
                        AuditFinding.Kind.REORDERED, "audit.log.22:1", "a chain that ended earlier continues here"));
    }

    @Test
    void whereAFileEndsIsLookedForUntilItIsKnown() throws Exception {
        write(ONE, 0, 3, 100);
        Path head = WrittenHead.beside(file());
        Path away = Files.move(head, directory.resolve("away"));
        Files.createDirectory(head);
        try (SinkRig rig = new SinkRig(directory, ONE)) {
            Sinks.Use use = rig.use("all", sealing(100));
            use.sink().offer(SinkRig.record(3));
            Await.until(() -> use.unwellBecause() != null);
            Files.delete(head);
            Files.move(away, head);
            rig.awaitSent("all", 1);
        }

        assertThat(findings()).isEmpty();
    }
}
