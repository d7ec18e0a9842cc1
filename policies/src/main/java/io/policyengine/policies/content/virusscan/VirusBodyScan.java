package io.policyengine.policies.content.virusscan;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Call;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.core.work.Work;
import io.policyengine.policies.content.virusscan.content.ContentPiece;
import io.policyengine.policies.content.virusscan.content.Contents;
import io.policyengine.policies.content.virusscan.scanner.Scan;
import io.policyengine.policies.content.virusscan.scanner.ScanVerdict;
import io.policyengine.policies.content.virusscan.scanner.Scanner;
import io.policyengine.policies.format.json.JsonSize;
import io.policyengine.policies.format.replace.Replacements;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Scans the content items of one body in sequence, as they arrive. Confined to one event loop.
 *
 * <p>Scans in slices of 64 KiB, and yields the event loop after every eight slices. Uses at most one connection.
 * Refuses a body that holds the connection for more than 30 seconds and arrives more slowly than 4 KiB a second.
 */
final class VirusBodyScan {
    private static final int SLICE = 64 << 10;
    private static final int SLICES_IN_A_ROW = 8;

    /** Time for which a streamed body may keep a scanner's connection, regardless of how slowly the body arrives. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    /** Minimum bytes per second of a streamed body once its grace time is over. */
    private static final long MIN_BYTES_A_SECOND = 4 << 10;

    private static final Future<Optional<ScanRefusal>> NOTHING = Future.succeededFuture(Optional.empty());

    private final Scans scans;
    private final Scanner scanner;
    private final Call call;
    private final Deque<ContentPiece> pieces = new ArrayDeque<>();
    private final Contents contents;
    private @Nullable ScanRefusal closed;
    private @Nullable Scan scan;
    private long taken;
    private boolean isCutOff;
    private int inARow;
    private long deadline;
    private long connectedNanos;
    private long takenBefore;

    VirusBodyScan(Scans scans, Scanner scanner, HeaderMap headers, Call call) {
        this.scans = scans;
        this.scanner = scanner;
        this.call = call;
        this.contents = new Contents(scans.rules(), headers);
    }

    /** Returns whether the rest of the body passes unscanned because the body is too large. */
    boolean isCutOff() {
        return isCutOff;
    }

    /** Scans the next bytes of the body; returns the reason to refuse the body, or empty. */
    Future<Optional<ScanRefusal>> take(Buffer bytes, boolean last) {
        if (isCutOff || (last && taken + bytes.length() == 0)) {
            return NOTHING;
        }
        if (closed != null) {
            return refused(closed);
        }
        long now = scans.env().ticker().nanoTime();
        deadline = now + scans.timeout().toNanos();
        long room = scans.maxBytes() - taken;
        taken += bytes.length();
        if (isTooSlow(now)) {
            return refused(new ScanRefusal.TooSlow());
        }
        if (bytes.length() <= room) {
            return opened(bytes, last);
        }
        isCutOff = scans.passesTooLarge();
        return opened(bytes.slice(0, (int) room), false).compose(this::beyond);
    }

    /** Decides how to treat the bytes beyond the maximum size, once the preceding bytes are scanned. */
    private Future<Optional<ScanRefusal>> beyond(Optional<ScanRefusal> found) {
        Scan open = scan;
        if (found.isPresent()) {
            return Future.succeededFuture(found);
        }
        if (!scans.passesTooLarge()) {
            return refused(new ScanRefusal.TooLarge());
        }
        return open == null ? NOTHING : ended(open);
    }

    private boolean isTooSlow(long now) {
        if (scan == null || !scan.isConnected()) {
            connectedNanos = now;
            takenBefore = taken;
            return false;
        }
        Duration past = Duration.ofNanos(now - connectedNanos).minus(GRACE);
        return past.isPositive() && taken - takenBefore < past.toSeconds() * MIN_BYTES_A_SECOND;
    }

    private Future<Optional<ScanRefusal>> refused(ScanRefusal finding) {
        closed = finding;
        close();
        return Future.succeededFuture(Optional.of(finding));
    }

    private Future<Optional<ScanRefusal>> opened(Buffer bytes, boolean last) {
        if (scans.rules().json() && bytes.length() > Replacements.LARGE) {
            JsonSize size = JsonSize.of(bytes.getBytes(), true, () -> false);
            return scans.env()
                    .offLoop(
                            call,
                            Work.onBody(size.bytes(), size.heapBytes() + size.bytes()),
                            stop -> contents.take(bytes, last, stop))
                    .compose(this::scanned)
                    .recover(failure -> failure instanceof TooMuchMemoryException
                            ? refused(new ScanRefusal.TooLarge())
                            : Future.failedFuture(failure));
        }
        return slices(bytes, 0, last);
    }

    /** Scans bytes slice by slice. Loops while steps complete immediately, and continues asynchronously otherwise. */
    private Future<Optional<ScanRefusal>> slices(Buffer bytes, int from, boolean last) {
        int at = from;
        do {
            int to = Math.min(bytes.length(), at + SLICE);
            boolean isEnd = to == bytes.length();
            Future<Optional<ScanRefusal>> slice =
                    scanned(contents.take(bytes.slice(at, to), last && isEnd, () -> false));
            if (isEnd
                    || (slice.isComplete() && (slice.failed() || slice.result().isPresent()))) {
                return slice;
            }
            if (!slice.isComplete()) {
                return slice.compose(
                        found -> found.isPresent() ? Future.succeededFuture(found) : slices(bytes, to, last));
            }
            at = to;
        } while (true);
    }

    private Future<Optional<ScanRefusal>> scanned(List<ContentPiece> more) {
        pieces.addAll(more);
        return scanned();
    }

    /** Scans content piece by piece. Loops while steps complete immediately, and continues asynchronously otherwise. */
    private Future<Optional<ScanRefusal>> scanned() {
        while (true) {
            ContentPiece next = pieces.poll();
            if (next == null) {
                return NOTHING;
            }
            Future<Optional<ScanRefusal>> step = scanned(next);
            if (!step.isComplete()) {
                return step.compose(found -> found.isPresent() ? Future.succeededFuture(found) : scanned());
            }
            if (step.failed() || step.result().isPresent()) {
                return step;
            }
        }
    }

    private Future<Optional<ScanRefusal>> scanned(ContentPiece piece) {
        Scan current = scan == null ? begun() : scan;
        return switch (piece) {
            case ContentPiece.Bytes(Buffer bytes) -> {
                if (bytes.length() > SLICE) {
                    pieces.addFirst(new ContentPiece.Bytes(bytes.slice(SLICE, bytes.length())));
                }
                yield handed(current, bytes.slice(0, Math.min(SLICE, bytes.length())));
            }
            case ContentPiece.End() -> ended(current);
            case ContentPiece.Unopenable(String why) -> refused(new ScanRefusal.Unopenable(why));
        };
    }

    /** Begins the scan of a content item, with a new time limit that is independent of earlier items. */
    private Scan begun() {
        deadline = scans.env().ticker().nanoTime() + scans.timeout().toNanos();
        Scan begun = scanner.begin(call);
        scan = begun;
        return begun;
    }

    private Future<Optional<ScanRefusal>> handed(Scan to, Buffer bytes) {
        Future<Optional<ScanRefusal>> step =
                to.take(bytes, deadline).compose(verdict -> verdict.isEmpty() ? NOTHING : judged(verdict.get()));
        inARow++;
        if (inARow < SLICES_IN_A_ROW) {
            return step;
        }
        inARow = 0;
        return step.compose(found -> scans.env().after(Duration.ZERO).map(found));
    }

    private Future<Optional<ScanRefusal>> ended(Scan ending) {
        return ending.end(deadline).compose(verdict -> {
            scan = null;
            return judged(verdict);
        });
    }

    private Future<Optional<ScanRefusal>> judged(ScanVerdict verdict) {
        return switch (verdict) {
            case ScanVerdict.Clean() -> NOTHING;
            case ScanVerdict.Infected(String signature) -> refused(new ScanRefusal.Infected(signature));
            case ScanVerdict.Unscannable() ->
                refused(new ScanRefusal.Unopenable(
                        "the scanner fails at this content; the scanner's own log has the reason"));
            case ScanVerdict.TooLarge() -> {
                if (!scans.passesTooLarge()) {
                    yield refused(new ScanRefusal.TooLarge());
                }
                isCutOff = true;
                pieces.clear();
                close();
                yield NOTHING;
            }
        };
    }

    /** Returns the estimated bytes of memory held until more of the body arrives. */
    long heldBytes() {
        return contents.heldBytes();
    }

    void close() {
        Scan open = scan;
        scan = null;
        if (open != null) {
            open.close();
        }
    }
}
