package io.policyengine.worker.callout;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http2.Http2Exception;
import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutException.Kind;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Creates the failures of call-outs. Their messages never contain data from a server. */
final class CalloutFailures {
    private CalloutFailures() {}

    static CalloutException connecting(String target, Throwable cause) {
        if (isOfTls(cause)) {
            return new CalloutException(
                    Kind.UNREACHABLE, target, "TLS failed: " + root(cause).getMessage());
        }
        if (cause instanceof ConnectTimeoutException || cause instanceof TimeoutException) {
            return new CalloutException(Kind.TIMEOUT, target, "no connection in time");
        }
        return new CalloutException(Kind.UNREACHABLE, target, "no connection: " + cause.getMessage());
    }

    /**
     * Returns the failure of a call whose response was incomplete or malformed, or had too long header fields. If a
     * server refuses a long request and closes the connection, its response may be lost (RFC 9112 §9.6); then the
     * request is the cause.
     *
     * @param isWhole whether the request was sent completely, or the response has begun
     */
    static CalloutException answering(String target, Throwable cause, boolean isWhole) {
        if (!isWhole && isLoss(cause)) {
            return CalloutException.ofRequest(
                    Kind.UNREACHABLE, target, "the connection was lost before the request was sent completely");
        }
        if (isOfLength(cause)) {
            return new CalloutException(
                    Kind.TOO_LARGE, target, "its answer has a status line or fields that are too long");
        }
        return isLoss(cause) || isOfTls(cause)
                ? new CalloutException(Kind.UNREACHABLE, target, "the connection was lost")
                : new CalloutException(Kind.MALFORMED, target, "its answer is not HTTP");
    }

    /** Returns true if the connection was lost, false if the answer was malformed. */
    static boolean isLoss(Throwable cause) {
        return cause instanceof HttpClosedException
                || cause instanceof StreamResetException
                || cause instanceof IOException
                || (cause instanceof VertxException && cause.getCause() instanceof IOException);
    }

    private static boolean isOfLength(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof TooLongFrameException || each instanceof Http2Exception.HeaderListSizeException) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfTls(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof SSLException) {
                return true;
            }
        }
        return false;
    }

    private static Throwable root(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null && !root.getCause().equals(root)) {
            root = root.getCause();
        }
        return root;
    }
}
