package io.policyengine.core.sink.chain;

import io.policyengine.core.sink.chain.AuditFinding.Kind;
import io.policyengine.core.sink.chain.ChainHead.Line;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Checks an audit trail line by line, file by file in the order of writing. Remembers the last {@value #REMEMBERED}
 * entries, and at most {@value #MAX_GAPS} missing entries, {@value #MAX_CHAINS} chain names and {@value #MAX_FINDINGS}
 * findings. Confined to one thread.
 */
public final class TrailCheck {
    private static final int REMEMBERED = 100_000;

    /**
     * Maximum number of missing entries that a check of an audit trail remembers, because they may still occur later.
     */
    private static final int MAX_GAPS = 10_000;

    /** Maximum number of findings that a check of an audit trail lists. */
    private static final int MAX_FINDINGS = 1_000;

    /** Maximum number of chain names that a check of an audit trail remembers. */
    private static final int MAX_CHAINS = 10_000;

    private final Optional<TrailKey> key;
    private final List<AuditFinding> findings = new ArrayList<>();
    private final Map<Long, Seen> seen = new LinkedHashMap<>(16, 0.75F, false) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Seen> eldest) {
            return size() > REMEMBERED;
        }
    };
    private final TreeSet<Long> missing = new TreeSet<>();
    private final Set<String> chains = new HashSet<>();
    private boolean isEnded;
    private @Nullable ChainHead head;
    private String headPlace = "";
    private String file = "";
    private long line;
    private boolean isFileBegun;
    private Counts counts = Counts.NONE;
    private long entriesSince;
    private long every = Long.MAX_VALUE;
    private long unreadable;

    private record Seen(String digest, String place) {}

    /**
     * The size of an audit trail.
     *
     * @param first number of the first line, 0 if there is none
     * @param last number of the last line
     * @param entries the number of lines that are not checkpoints
     * @param checkpoints the number of lines that are checkpoints
     * @param signedUpTo number of the last checkpoint with a verified signature, 0 if there is none
     * @param lost the number of lost records that the trail itself reports
     */
    public record Counts(long first, long last, long entries, long checkpoints, long signedUpTo, long lost) {
        static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

        private Counts with(Line read, long number, boolean isSigned) {
            boolean isLoss = read.reason().equals(Checkpoint.Reason.LOST.label());
            return new Counts(
                    first == 0 ? number : first,
                    number,
                    entries + (read.isCheckpoint() ? 0 : 1),
                    checkpoints + (read.isCheckpoint() ? 1 : 0),
                    isSigned ? number : signedUpTo,
                    lost + (isLoss ? read.count() : 0));
        }
    }

    /** Creates a check of an audit trail. If a key is given, every checkpoint must be signed with it. */
    public TrailCheck(Optional<TrailKey> key) {
        this.key = key;
    }

    public void beginFile(String name) {
        file = name;
        line = 0;
        isFileBegun = false;
    }

    /**
     * Checks a line.
     *
     * @param octets the line without its line feed
     * @param isWhole false if the line has no line feed
     */
    public void check(byte[] octets, boolean isWhole) {
        line++;
        Line read = Line.read(octets);
        if (!isWhole) {
            find(Kind.TRUNCATED, place(), "the line is incomplete: a part of its entry is missing");
            return;
        }
        if (read == null) {
            find(
                    Kind.CHANGED,
                    place(),
                    "this line is not an entry of an audit trail: it was changed, or another program wrote it");
            unreadable++;
            return;
        }
        if (!isFileBegun && !read.isBeginning() && !follows(read)) {
            find(
                    Kind.REMOVED,
                    place(),
                    "the file begins in the middle of the trail: earlier entries were removed, or are in a file that"
                            + " was not checked");
        }
        isFileBegun = true;
        String digest = ChainHead.digestOf(octets);
        boolean isNext = follow(read, digest);
        boolean isSigned = read.isCheckpoint() && checkCheckpoint(read, octets);
        if (isNext) {
            counts = counts.with(read, numberNow(), isSigned);
            countSince(read);
            isEnded = read.reason().equals(Checkpoint.Reason.END.label());
        }
        seen.putIfAbsent(read.sequence(), new Seen(digest, place()));
        unreadable = 0;
    }

    /**
     * Returns whether a line is the next one of the trail. A file may begin with such a line if another program divided
     * the files.
     */
    private boolean follows(Line read) {
        ChainHead before = head;
        return before != null
                && before.chain().equals(read.chain())
                && before.sequence() + 1 == read.sequence()
                && before.digest().equals(read.previous());
    }

    private long numberNow() {
        ChainHead now = head;
        return now == null ? 0 : now.sequence();
    }

    /** Checks the position of a line in the chain, and returns whether it becomes the new end of the trail. */
    private boolean follow(Line read, String digest) {
        ChainHead before = head;
        if (before == null || !before.chain().equals(read.chain())) {
            return change(before, read, digest);
        }
        long expected = before.sequence() + 1;
        if (read.sequence() == expected) {
            if (!read.previous().equals(before.digest())) {
                find(Kind.CHANGED, headPlace, "this entry was changed after the next one was written");
            }
            return moveTo(read, expected, digest);
        }
        if (read.previous().equals(before.digest())) {
            find(Kind.CHANGED, place(), "this entry was number " + expected + " when it was written");
            return moveTo(read, expected, digest);
        }
        if (read.sequence() > expected) {
            return skip(read, expected, digest);
        }
        return repeat(read, digest);
    }

    private boolean change(@Nullable ChainHead before, Line read, String digest) {
        if (before != null && !isEnded) {
            find(
                    Kind.REMOVED,
                    headPlace,
                    "the chain has no end here: entries after this one are missing, or the process was killed");
        }
        if (chains.contains(read.chain())) {
            find(Kind.REORDERED, place(), "a chain that ended earlier continues here");
        } else if (before != null && !(read.sequence() == 1 && read.isBeginning())) {
            find(Kind.REMOVED, place(), "another chain continues here, and its beginning is missing");
        }
        if (chains.size() < MAX_CHAINS) {
            chains.add(read.chain());
        }
        reportMissing();
        seen.clear();
        return moveTo(read, read.sequence(), digest);
    }

    private boolean moveTo(Line read, long sequence, String digest) {
        head = new ChainHead(read.chain(), sequence, digest);
        headPlace = place();
        return true;
    }

    /** Records the entries that are missing before a line. They may still occur later. */
    private boolean skip(Line read, long expected, String digest) {
        long gap = read.sequence() - expected;
        if (gap != unreadable) {
            if (gap > MAX_GAPS - missing.size()) {
                find(
                        Kind.REMOVED,
                        place(),
                        "entries " + expected + " to " + (read.sequence() - 1) + " are missing before");
            } else {
                for (long number = expected; number < read.sequence(); number++) {
                    missing.add(number);
                }
            }
        }
        return moveTo(read, read.sequence(), digest);
    }

    private boolean repeat(Line read, String digest) {
        Seen first = seen.get(read.sequence());
        if (missing.remove(read.sequence())) {
            find(Kind.REORDERED, place(), "entry " + read.sequence() + " comes after entry " + numberNow());
        } else if (first != null && first.digest().equals(digest)) {
            find(Kind.DUPLICATED, place(), "entry " + read.sequence() + " is there already, at " + first.place());
        } else {
            find(
                    Kind.CHANGED,
                    place(),
                    "another entry already has the number " + read.sequence()
                            + (first == null ? "" : ", at " + first.place()));
        }
        return false;
    }

    /** Checks a checkpoint, and returns whether its signature was verified. */
    private boolean checkCheckpoint(Line read, byte[] octets) {
        if (read.reason().equals(Checkpoint.Reason.RECOVERED.label()) && read.count() > 0) {
            find(
                    Kind.REMOVED,
                    place(),
                    "when the engine resumed here, " + read.count() + " earlier entries were missing");
        }
        if (key.isEmpty()) {
            return false;
        }
        boolean isSigned = key.get().hasSigned(read.signed(octets), read.signature());
        if (!isSigned) {
            find(Kind.UNSIGNED, place(), "the key has not signed this checkpoint");
        }
        return isSigned;
    }

    private void countSince(Line read) {
        if (read.isCheckpoint()) {
            entriesSince = 0;
            every = read.every() > 0 ? read.every() : Long.MAX_VALUE;
        } else if (++entriesSince == every + 1) {
            find(Kind.UNSIGNED, place(), "a checkpoint is missing here: one must follow after " + every + " entries");
        }
    }

    /**
     * Checks the end of a file.
     *
     * @param written the end of the file according to its companion file, which was read before the file itself
     */
    public void endFile(Optional<ChainHead> written) {
        if (written.isEmpty()) {
            return;
        }
        ChainHead claimed = written.get();
        ChainHead end = head;
        if (end == null || !end.chain().equals(claimed.chain())) {
            find(Kind.REMOVED, place(), "the chain that the engine last wrote to this file is missing");
        } else if (end.sequence() < claimed.sequence()) {
            find(Kind.REMOVED, place(), "the entries after this one are missing, up to " + claimed.sequence());
        } else {
            Seen there = seen.get(claimed.sequence());
            if (there != null && !there.digest().equals(claimed.digest())) {
                find(Kind.CHANGED, there.place(), "this entry was changed after it was written");
            }
        }
    }

    /** Ends the trail and returns all findings, including the missing entries that did not occur later. */
    public List<AuditFinding> end() {
        reportMissing();
        if (counts.first() == 0 && findings.isEmpty()) {
            find(Kind.REMOVED, place(), "the trail has no entries");
        }
        return List.copyOf(findings);
    }

    /** The size of the checked trail. */
    public Counts counts() {
        return counts;
    }

    private void reportMissing() {
        while (!missing.isEmpty()) {
            long from = missing.removeFirst();
            long to = from;
            while (missing.remove(to + 1)) {
                to++;
            }
            Seen after = seen.get(to + 1);
            find(
                    Kind.REMOVED,
                    after == null ? place() : after.place(),
                    (from == to ? "entry " + from + " is missing" : "entries " + from + " to " + to + " are missing")
                            + " before this one");
        }
    }

    private String place() {
        return file + ":" + line;
    }

    private void find(Kind kind, String place, String message) {
        if (findings.size() < MAX_FINDINGS) {
            findings.add(new AuditFinding(kind, place, message));
        }
    }

    /**
     * Returns the time in the first line of a file; empty if the line contains no time. Files are sorted by this time.
     *
     * @param first the line without its line feed
     */
    public static String timeOf(byte[] first) {
        Line read = Line.read(first);
        return read == null ? "" : read.time();
    }
}
