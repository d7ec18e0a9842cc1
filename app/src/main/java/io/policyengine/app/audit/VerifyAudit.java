package io.policyengine.app.audit;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.NamedFile;
import io.policyengine.app.command.Version;
import io.policyengine.core.sink.chain.AuditFinding;
import io.policyengine.core.sink.chain.ChainHead;
import io.policyengine.core.sink.chain.TrailCheck;
import io.policyengine.core.sink.chain.TrailKey;
import io.policyengine.core.sink.chain.WrittenHead;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks an audit trail and reports entries that were changed, removed, reordered, duplicated or cut off. */
@Command(
        name = "verify-audit",
        description =
                "Checks the files of an audit trail: finds each entry that was changed, removed, reordered, duplicated or"
                        + " cut off. The files of one trail may be given in any order, even while the engine writes to them.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the trail is intact", "1:findings", "2:wrong usage, or a file cannot be read"})
public final class VerifyAudit implements Callable<Integer> {
    private final PrintWriter out;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files of one trail.")
    private List<Path> files = List.of();

    @Option(
            names = "--public-key",
            paramLabel = "FILE",
            description =
                    "Public key of the trail's signing_key, as 'openssl pkey -pubout' writes it: each checkpoint must be"
                            + " signed by it (default: signatures are not checked).")
    private @Nullable Path publicKey;

    public VerifyAudit(PrintWriter out) {
        this.out = out;
    }

    /** The suffix of a head file, which records the last entry written to an audit file. */
    private static final String HEAD = ".head";

    /** Maximum size of the head file of an audit trail, in bytes; the file has one line. */
    private static final int LONGEST_HEAD = 4_096;

    private static final String LOCK = ".lock";

    /** An audit file, with the audit chain, sequence number and time that its first line states. */
    private record Dated(Path file, String chain, long sequence, Instant time) {}

    @Override
    public Integer call() {
        files.stream()
                .filter(file -> !isNamed(file, LOCK))
                .forEach(file -> NamedFile.checkRegular(file.toString(), file));
        try {
            return checkBlocking();
        } catch (IOException unreadable) {
            throw CommandFailure.usage("cannot be read: " + unreadable.getMessage());
        }
    }

    private int checkBlocking() throws IOException {
        TrailCheck check = new TrailCheck(keyBlocking());
        Map<Path, Optional<ChainHead>> alone = headsAloneBlocking();
        for (Path file : inOrderBlocking()) {
            Optional<ChainHead> written = writtenBlocking(file);
            check.beginFile(file.toString());
            try (LineReader lines = new LineReader(file)) {
                for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
                    check.check(line.octets(), line.isWhole());
                }
            }
            check.endFile(written);
        }
        alone.forEach((head, written) -> {
            check.beginFile(head.toString());
            check.endFile(written);
        });
        List<AuditFinding> findings = check.end();
        findings.forEach(found -> out.println(
                found.place() + ": " + found.kind().name().toLowerCase(Locale.ROOT) + ": " + found.message()));
        print(check.counts(), findings.size());
        return findings.isEmpty() ? 0 : CommandFailure.FAILED;
    }

    /** Returns the content of each head file whose audit file is not among the given files. */
    private Map<Path, Optional<ChainHead>> headsAloneBlocking() throws IOException {
        Map<Path, Optional<ChainHead>> alone = new LinkedHashMap<>();
        for (Path file : files) {
            if (isNamed(file, HEAD)) {
                String name = String.valueOf(file.getFileName());
                Path chained = file.resolveSibling(name.substring(0, name.length() - HEAD.length()));
                if (!files.contains(chained)) {
                    alone.put(file, writtenBlocking(chained));
                }
            }
        }
        return alone;
    }

    private static boolean isNamed(Path file, String end) {
        return String.valueOf(file.getFileName()).endsWith(end);
    }

    private Optional<TrailKey> keyBlocking() {
        Path file = publicKey;
        if (file == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(TrailKey.parse(NamedFile.textBlocking("--public-key: " + file, file)));
        } catch (IllegalArgumentException malformed) {
            throw CommandFailure.usage(file + ": " + malformed.getMessage());
        }
    }

    /**
     * Returns the content of an audit file's head file. Must be called before the audit file is read, since both may
     * grow.
     */
    private static Optional<ChainHead> writtenBlocking(Path file) throws IOException {
        Path beside = WrittenHead.beside(file);
        return Files.isRegularFile(beside)
                ? Optional.ofNullable(WrittenHead.parse(NamedFile.shortTextBlocking(beside, LONGEST_HEAD)))
                : Optional.empty();
    }

    /**
     * Returns the audit files in the order of writing: audit chains by their beginning, files of one audit chain by
     * sequence number.
     */
    private List<Path> inOrderBlocking() throws IOException {
        List<Dated> dated = new ArrayList<>();
        Map<String, Instant> beginnings = new HashMap<>();
        for (Path file : files) {
            if (!isNamed(file, HEAD) && !isNamed(file, LOCK)) {
                Dated read = datedBlocking(file);
                dated.add(read);
                beginnings.merge(read.chain(), read.time(), (one, other) -> one.isBefore(other) ? one : other);
            }
        }
        dated.sort(Comparator.comparing((Dated file) -> beginnings.getOrDefault(file.chain(), Instant.MIN))
                .thenComparing(Dated::chain)
                .thenComparingLong(Dated::sequence));
        return dated.stream().map(Dated::file).toList();
    }

    private static Dated datedBlocking(Path file) throws IOException {
        try (LineReader lines = new LineReader(file)) {
            LineReader.Line first = lines.next();
            ChainHead head = first == null ? null : ChainHead.ofLast(first.octets());
            return first == null || head == null
                    ? new Dated(file, "", 0, Instant.MIN)
                    : new Dated(file, head.chain(), head.sequence(), timeOf(first));
        }
    }

    private static Instant timeOf(LineReader.Line first) {
        try {
            return Instant.parse(TrailCheck.timeOf(first.octets()));
        } catch (DateTimeException none) {
            return Instant.MIN;
        }
    }

    private void print(TrailCheck.Counts counts, int findings) {
        String signed = publicKey == null
                ? "signatures not checked (--public-key)"
                : counts.signedUpTo() == 0 ? "no checkpoint is signed" : "signed up to " + counts.signedUpTo();
        String lost = counts.lost() == 0
                ? ""
                : "; " + counted(counts.lost(), "record was", "records were") + " lost before they were written";
        out.println(counted(counts.entries(), "entry", "entries") + " and "
                + counted(counts.checkpoints(), "checkpoint", "checkpoints") + ", from " + counts.first() + " to "
                + counts.last() + "; " + signed + lost + ": "
                + (findings == 0 ? "intact" : counted(findings, "finding", "findings")));
    }

    private static String counted(long number, String one, String several) {
        return number + " " + (number == 1 ? one : several);
    }
}
