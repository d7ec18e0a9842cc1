package io.policyengine.policies.content.virusscan.scanner;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.policy.ByteConnection;
import io.policyengine.core.policy.ByteTarget;
import io.policyengine.core.policy.Call;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A scan by clamd, which is one command of a session. Holds at most 4 KiB of an incomplete answer. */
final class ClamdScan extends GatheredScan {
    /** Maximum size of an incomplete answer from clamd, in bytes. */
    private static final int MAX_ANSWER = 4 << 10;

    private static final String SESSION = "zIDSESSION\0";
    private static final String COMMAND = "zINSTREAM\0";
    private static final String CLEAN = "stream: OK";
    private static final String FOUND = " FOUND";
    private static final String STREAM = "stream: ";
    private static final String ERROR = " ERROR";
    private static final String TOO_LARGE = "INSTREAM size limit exceeded. ERROR";

    /** The number of the command in its session; 0 until the command is sent. */
    private int number;

    ClamdScan(ByteTarget target, Call call) {
        super(target, call);
    }

    @Override
    Future<Optional<ScanVerdict>> send(ByteConnection to, Buffer bytes, long deadlineNanos) {
        return written(to, framed(to, bytes), deadlineNanos);
    }

    @Override
    Future<ScanVerdict> finish(ByteConnection to, Buffer bytes, long deadlineNanos) {
        Buffer last = framed(to, bytes).appendInt(0);
        return written(to, last, deadlineNanos)
                .compose(decided -> decided.isPresent()
                        ? Future.succeededFuture(decided.get())
                        : answer(to, Buffer.buffer(), deadlineNanos).map(said -> verdict(to, said)));
    }

    private Buffer framed(ByteConnection to, Buffer bytes) {
        Buffer out = Buffer.buffer(bytes.length() + 32);
        if (number == 0) {
            Optional<Object> before = to.kept();
            number = before.map(Integer.class::cast).orElse(0) + 1;
            out.appendString(before.isEmpty() ? SESSION + COMMAND : COMMAND);
        }
        return bytes.length() == 0 ? out : out.appendInt(bytes.length()).appendBuffer(bytes);
    }

    /**
     * Writes bytes. Returns {@link ScanVerdict#TOO_LARGE} if clamd has closed the connection because the content is too
     * large.
     */
    private Future<Optional<ScanVerdict>> written(ByteConnection to, Buffer bytes, long deadlineNanos) {
        return to.write(bytes, deadlineNanos)
                .map(Optional.<ScanVerdict>empty())
                .recover(lost -> answer(to, Buffer.buffer(), deadlineNanos).compose(said -> {
                    to.close();
                    return said.endsWith(TOO_LARGE)
                            ? Future.succeededFuture(Optional.of(ScanVerdict.TOO_LARGE))
                            : Future.failedFuture(lost);
                }));
    }

    /** Reads the next answer, without its terminating zero. */
    private Future<String> answer(ByteConnection from, Buffer before, long deadlineNanos) {
        return from.read(deadlineNanos).compose(more -> {
            Buffer all = Buffer.buffer().appendBuffer(before).appendBuffer(more);
            int end = indexOfZero(all);
            if (end == all.length() - 1) {
                return Future.succeededFuture(all.getString(0, end, StandardCharsets.ISO_8859_1.name()));
            }
            return end >= 0 || all.length() > MAX_ANSWER
                    ? Future.failedFuture(from.malformed("its answer is not in clamd's protocol"))
                    : answer(from, all, deadlineNanos);
        });
    }

    private static int indexOfZero(Buffer bytes) {
        for (int i = 0; i < bytes.length(); i++) {
            if (bytes.getByte(i) == 0) {
                return i;
            }
        }
        return -1;
    }

    private ScanVerdict verdict(ByteConnection from, String said) throws CalloutException {
        if (said.endsWith(TOO_LARGE)) {
            from.close();
            return ScanVerdict.TOO_LARGE;
        }
        String prefix = number + ": " + STREAM;
        if (said.equals(number + ": " + CLEAN)) {
            from.keep(number);
            return ScanVerdict.CLEAN;
        }
        if (said.startsWith(prefix) && said.endsWith(FOUND) && said.length() > prefix.length() + FOUND.length()) {
            from.keep(number);
            return new ScanVerdict.Infected(
                    SignatureName.of(said.substring(prefix.length(), said.length() - FOUND.length())));
        }
        if (said.startsWith(prefix) && said.endsWith(ERROR)) {
            // The error is about this stream, so its sender may have caused it.
            from.close();
            return ScanVerdict.UNSCANNABLE;
        }
        throw from.malformed(
                said.endsWith(ERROR)
                        ? "it answers with an error; its own log has the reason"
                        : "its answer does not match the command");
    }
}
