package io.policyengine.worker.sink;

import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.config.SinkConfig;
import io.policyengine.core.sink.LossReason;
import io.policyengine.core.sink.SinkRecord;
import io.policyengine.core.time.Ticker;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Posts records to a server in order, one batch at a time. A batch that is not accepted is retried after growing
 * pauses, until the configured time to give up. A batch that is refused for its content (400, 413, 415, 422) is split
 * until the refused record is alone in its batch; only this record is lost.
 */
final class HttpDelivery implements Delivery {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration STEP = Duration.ofMillis(20);

    private final SinkConfig config;
    private final Backlog backlog;
    private final Post post;
    private final RetryPauses retryPauses;
    private final Ticker ticker;
    private final Runnable onRelease;
    private int most;
    private long firstTry;
    private boolean isRepeat;

    interface Post {
        /** Sends a batch. The future succeeds with a response of any status. */
        Future<CalloutResponse> send(List<SinkRecord> batch);
    }

    HttpDelivery(
            SinkConfig config, Backlog backlog, Post post, RetryPauses retryPauses, Ticker ticker, Runnable onRelease) {
        this.config = config;
        this.backlog = backlog;
        this.post = post;
        this.retryPauses = retryPauses;
        this.ticker = ticker;
        this.onRelease = onRelease;
        this.most = config.batch().maxRecords();
    }

    @Override
    public long spooledBytes() {
        return backlog.spooledBytes();
    }

    @Override
    public void release() {
        onRelease.run();
    }

    @Override
    public void runBlocking(Feed feed) {
        boolean isEnding = false;
        while (!feed.isOver()) {
            boolean isFilled = fillBlocking(feed);
            if (!isFilled) {
                feed.pauseBlocking(STEP.multipliedBy(25));
            }
            if (feed.isClosing() && !isEnding) {
                isEnding = true;
                sealBlocking(true);
            }
            if (backlog.size() > 0) {
                gatherBlocking(feed);
                boolean isTaken = sendBlocking(feed);
                if (!isTaken && feed.isClosing() && backlog.isKept()) {
                    break; // the next process sends it
                }
            } else if (isFilled && feed.isClosing()) {
                break;
            } else if (isFilled) {
                sealBlocking(false);
                feed.restBlocking(PAUSE);
            }
        }
        fillBlocking(feed);
        backlog.closeBlocking(feed);
    }

    /** Fills the backlog. Returns false if the spool on disk cannot be written. */
    private boolean fillBlocking(Feed feed) {
        try {
            backlog.fillBlocking(feed);
            return true;
        } catch (IOException notNow) {
            feed.failing("the spool cannot be written: " + notNow.getMessage());
            return false;
        }
    }

    private void sealBlocking(boolean isEnd) {
        try {
            backlog.sealBlocking(isEnd);
        } catch (IOException notNow) {
            // Tried again when the next checkpoint is due.
        }
    }

    /** Waits for more records to fill a batch. */
    private void gatherBlocking(Feed feed) {
        long until = ticker.nanoTime() + config.batch().linger().toNanos();
        while (backlog.size() < most && !feed.isClosing() && ticker.nanoTime() - until < 0) {
            feed.pauseBlocking(STEP);
            fillBlocking(feed);
        }
    }

    /**
     * Sends a batch. Returns false if the batch must be retried; true if it was delivered, is lost, or must be sent in
     * smaller batches.
     */
    private boolean sendBlocking(Feed feed) {
        List<SinkRecord> batch;
        try {
            batch = backlog.peekBlocking(most, config.batch().maxBytes());
        } catch (IOException unreadable) {
            feed.failing("the spool cannot be read: " + unreadable.getMessage());
            feed.pauseBlocking(PAUSE);
            return false;
        }
        if (!isRepeat) {
            firstTry = ticker.nanoTime();
        }
        Answer answer = awaitBlocking(feed, post.send(batch));
        CalloutResponse response = answer.response();
        if (response != null && response.isSuccess()) {
            backlog.removeBlocking(feed, batch.size());
            feed.delivered(batch.size());
            feed.well();
            isRepeat = false;
            retryPauses.succeeded();
            most = Math.min(config.batch().maxRecords(), most * 2);
            return true;
        }
        if (response != null && isAboutContent(response.status())) {
            refused(feed, batch.size());
            return true;
        }
        return repeatBlocking(feed, answer, batch.size());
    }

    private static boolean isAboutContent(int status) {
        return status == 400 || status == 413 || status == 415 || status == 422;
    }

    private void refused(Feed feed, int records) {
        if (records > 1) {
            most = (records + 1) / 2;
            return;
        }
        give(feed, records, LossReason.REFUSED);
    }

    private void give(Feed feed, int records, LossReason reason) {
        backlog.removeBlocking(feed, records);
        feed.losses().count(reason, records);
        isRepeat = false;
        most = Math.min(config.batch().maxRecords(), most * 2);
    }

    private boolean repeatBlocking(Feed feed, Answer answer, int records) {
        isRepeat = true;
        feed.failing(answer.reason());
        Duration giveUp = config.retry().giveUp();
        if (!giveUp.isZero() && ticker.nanoTime() - firstTry >= giveUp.toNanos()) {
            give(feed, records, LossReason.EXPIRED);
            return true;
        }
        long until = ticker.nanoTime() + retryPauses.next(answer.response()).toNanos();
        boolean isClosing = feed.isClosing();
        while (ticker.nanoTime() - until < 0 && !feed.isOver() && feed.isClosing() == isClosing) {
            feed.pauseBlocking(STEP);
            fillBlocking(feed);
        }
        return false;
    }

    /** The result of sending a batch: a response, or the reason why there is none. */
    private record Answer(@Nullable CalloutResponse response, String reason) {}

    /**
     * Waits for the answer, at most for the target's timeout. While it waits, moves records from the feed to the
     * backlog.
     */
    private Answer awaitBlocking(Feed feed, Future<CalloutResponse> sent) {
        AtomicReference<@Nullable Answer> answer = new AtomicReference<>();
        Thread waiting = Thread.currentThread();
        sent.onComplete(done -> {
            answer.set(
                    done.succeeded()
                            ? new Answer(done.result(), "the server answered with " + done.result())
                            : new Answer(null, String.valueOf(done.cause().getMessage())));
            LockSupport.unpark(waiting);
        });
        Answer come = answer.get();
        while (come == null && !feed.isOver()) {
            LockSupport.parkNanos(this, STEP.toNanos());
            fillBlocking(feed);
            come = answer.get();
        }
        return come == null ? new Answer(null, "the sink ends") : come;
    }
}
