package io.policyengine.kernel.reload;

import io.policyengine.core.async.OffLoop;
import io.policyengine.core.async.SerialQueue;
import io.policyengine.core.config.files.ConfFingerprint;
import io.policyengine.core.config.files.ConfTexts;
import io.vertx.config.spi.ConfigStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.Shareable;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A conf directory as a store of vertx-config. A look reads no file unless something has changed, and believes a change only when
 * {@value #LOOKS} looks agree, or {@value #LOOKS_IN_PLACE} where a file is written in place, which may stall. What it hands to
 * vertx-config names the content by its hash; the texts themselves are at {@link #texts}.
 */
final class ConfStore implements ConfigStore, Shareable {
    private static final int LOOKS = 2;
    /** With the pauses between them 3 s. */
    static final int LOOKS_IN_PLACE = 7;

    private static final int MAX_READINGS = 5;

    private final Vertx vertx;
    private final Path directory;
    private final Function<Path, ConfTexts> reader;
    private final AtomicBoolean settled = new AtomicBoolean();
    /** Looks and writes: one of each for the scans, and one for each change that operators ask for. */
    private final SerialQueue turns = new SerialQueue();

    // Touched by one look at a time.
    private Set<String> referred;
    private @Nullable ConfFingerprint seen;
    private int looksThatAgree;
    private boolean isWrittenInPlace;
    private @Nullable ConfFingerprint read;

    private volatile ConfTexts texts;

    /**
     * A store that has read its directory once.
     *
     * @param reader reads it again; may block
     */
    ConfStore(Vertx vertx, ConfTexts texts, Function<Path, ConfTexts> reader) {
        this.vertx = vertx;
        this.directory = texts.directory();
        this.reader = reader;
        this.referred = texts.referred().keySet();
        this.texts = texts;
    }

    /** The next look need not be confirmed by another: somebody says that all is written. */
    void expectSettled() {
        settled.set(true);
    }

    /** The texts that were read last. */
    ConfTexts texts() {
        return texts;
    }

    @Override
    public Future<Buffer> get() {
        return turns.run(() -> OffLoop.call(vertx, this::lookBlocking));
    }

    /** Writes to the directory while nobody looks at it: what is written half is never seen. */
    <T> Future<T> write(Callable<T> writing) {
        return turns.run(() -> OffLoop.call(vertx, writing));
    }

    private Buffer lookBlocking() {
        boolean sure = settled.getAndSet(false);
        for (int reading = 0; reading < (sure ? MAX_READINGS : 1); reading++) {
            if (lookOnceBlocking(sure)) {
                break;
            }
        }
        return new JsonObject().put("hash", texts.hash()).toBuffer();
    }

    /** True if what is known is what is there. */
    private boolean lookOnceBlocking(boolean sure) {
        ConfFingerprint now = ConfFingerprint.ofBlocking(directory, referred);
        note(now);
        if (now.equals(read) && !sure && !texts.canReadMoreBlocking()) {
            return true;
        }
        if (!sure && looksThatAgree < (isWrittenInPlace ? LOOKS_IN_PLACE : LOOKS)) {
            return false;
        }
        ConfTexts fresh = reader.apply(directory);
        if (!fresh.referred().keySet().equals(referred)) {
            watchBlocking(fresh.referred().keySet(), now);
            return false;
        }
        ConfFingerprint after = ConfFingerprint.ofBlocking(directory, referred);
        if (!after.equals(now)) {
            note(after);
            return false;
        }
        texts = fresh;
        read = now;
        isWrittenInPlace = false;
        return true;
    }

    private void note(ConfFingerprint now) {
        if (now.equals(seen)) {
            looksThatAgree++;
        } else {
            looksThatAgree = 1;
            isWrittenInPlace |= seen != null && now.isWrittenInPlaceSince(seen);
            seen = now;
        }
    }

    /** Watches files that are referred to for the first time: they were read before anybody had looked at them, so the next look reads them again. */
    private void watchBlocking(Set<String> names, ConfFingerprint now) {
        referred = names;
        ConfFingerprint wider = ConfFingerprint.ofBlocking(directory, referred);
        if (wider.files().equals(now.files())) {
            seen = wider;
        } else {
            note(wider);
        }
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}
