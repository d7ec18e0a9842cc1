package io.policyengine.worker.store.connection;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import org.jspecify.annotations.Nullable;

/**
 * An error reply of a Redis server.
 *
 * @param code the reply's first word, such as NOSCRIPT; before Redis 7, a failed script has its failed command's code
 * @param details the rest of the reply, with arbitrary content
 */
public record ServerError(String code, String details) {
    private static final String OF_A_SCRIPT = "ERR Error running script";

    /** Maximum length of the code of an error reply, in characters. */
    private static final int MAX_CODE = 24;

    /** Returns the error reply, or null if the failure is not an error reply. */
    public static @Nullable ServerError of(Throwable failure) {
        return failure instanceof Response reply && reply.type() == ResponseType.ERROR
                ? parse(String.valueOf(failure.getMessage()))
                : null;
    }

    private static @Nullable ServerError parse(String message) {
        if (message.equals("CONNECTION_CLOSED") || message.startsWith("ILLEGAL_STATE")) {
            return null; // an error of the client library
        }
        String text = message;
        if (text.startsWith(OF_A_SCRIPT)) {
            int inner = text.lastIndexOf(": -");
            text = inner < 0 ? text : text.substring(inner + 3);
        }
        int space = text.indexOf(' ');
        String word = space < 0 ? text : text.substring(0, space);
        boolean isCode = !word.isEmpty()
                && word.length() <= MAX_CODE
                && word.chars().allMatch(each -> (each >= 'A' && each <= 'Z') || each == '_');
        return new ServerError(isCode ? word : "ERR", space < 0 ? "" : text.substring(space + 1));
    }

    /** Returns whether the cause of the error is the server's state, so that other operations would also fail. */
    public boolean isOfServer() {
        return switch (code) {
            case "ERR", "WRONGTYPE", "CROSSSLOT", "EXECABORT", "TRYAGAIN" -> false;
            default -> true;
        };
    }

    /**
     * Returns whether a new connection is needed, because the server does not accept writes or does not accept this
     * client.
     */
    public boolean wantsAnotherConnection() {
        return switch (code) {
            case "READONLY", "MASTERDOWN", "NOAUTH", "UNBLOCKED", "NOREPLICAS" -> true;
            default -> false;
        };
    }

    /**
     * Returns the cause or the remedy of the error, to be appended to a message for users; empty if the code itself is
     * clear.
     */
    public String remedy() {
        return switch (code) {
            case "READONLY" -> ": it is a replica";
            case "OOM" -> ": it has no memory left (maxmemory)";
            case "MISCONF" -> ": it cannot save its data";
            case "LOADING" -> ": it is still loading its data";
            case "NOAUTH", "WRONGPASS" -> ": check username and password of the store";
            case "NOPERM" -> ": its user may not run scripts (EVALSHA, EVAL) on these keys";
            case "CLUSTERDOWN" -> ": the cluster does not serve this slot";
            default -> "";
        };
    }
}
