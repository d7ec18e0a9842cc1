package io.policyengine.policies.content.virusscan.scanner;

import io.policyengine.core.policy.ByteConnection;
import io.policyengine.core.policy.ByteTarget;
import io.policyengine.core.policy.Call;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A scan by an ICAP service. On each new connection, requests the service's options. Then sends the preview, if the
 * service wants one, and the rest if the service requests it. Status 204 means clean. Status 200 means a finding, since
 * the service replaces the content only because of a finding.
 */
final class IcapScan extends GatheredScan {
    /** Maximum bytes of an ICAP preview. This is less than the 64 KiB that are collected before anything is sent. */
    private static final int MAX_PREVIEW = 32 << 10;

    /** Maximum digits of the preview size that an ICAP service states. A size with more digits is ignored. */
    private static final int MAX_DIGITS = 6;

    private static final String LAST = "0\r\n\r\n";
    private static final String LAST_OF_ALL = "0; ieof\r\n\r\n";

    private final Icap service;
    private boolean begun;
    private @Nullable Abilities known;

    /**
     * The options of an ICAP service.
     *
     * @param preview bytes that the service wants first; negative if it wants no preview
     */
    private record Abilities(int preview) {}

    IcapScan(ByteTarget target, Call call, Icap service) {
        super(target, call);
        this.service = service;
    }

    @Override
    Future<Optional<ScanVerdict>> send(ByteConnection to, Buffer bytes, long deadlineNanos) {
        if (begun) {
            return to.write(chunk(bytes, 0), deadlineNanos).map(Optional.empty());
        }
        begun = true;
        return abilities(to, deadlineNanos).compose(able -> begin(to, able, bytes, deadlineNanos));
    }

    /** Sends the head and the first bytes. There must be more bytes than the preview has. */
    private Future<Optional<ScanVerdict>> begin(ByteConnection to, Abilities able, Buffer bytes, long deadlineNanos) {
        Buffer head = Buffer.buffer(service.head(able.preview()));
        if (able.preview() < 0) {
            return to.write(head.appendBuffer(chunk(bytes, 0)), deadlineNanos).map(Optional.empty());
        }
        Buffer preview = chunk(bytes.getBuffer(0, able.preview()), 0).appendString(LAST);
        return to.write(head.appendBuffer(preview), deadlineNanos)
                .compose(_ -> head(to, deadlineNanos))
                .compose(said -> said.status() == 100 && said.rest().length() == 0
                        ? to.write(chunk(bytes, able.preview()), deadlineNanos).map(Optional.empty())
                        : verdict(to, said, able).map(Optional::of));
    }

    @Override
    Future<ScanVerdict> finish(ByteConnection to, Buffer bytes, long deadlineNanos) {
        return abilities(to, deadlineNanos).compose(able -> {
            if (begun) {
                return end(to, able, chunk(bytes, 0), deadlineNanos);
            }
            begun = true;
            if (able.preview() < bytes.length()) {
                return begin(to, able, bytes, deadlineNanos)
                        .compose(decided -> decided.isPresent()
                                ? Future.succeededFuture(decided.get())
                                : end(to, able, Buffer.buffer(), deadlineNanos));
            }
            Buffer all = Buffer.buffer(service.head(able.preview()))
                    .appendBuffer(chunk(bytes, 0))
                    .appendString(LAST_OF_ALL);
            return to.write(all, deadlineNanos)
                    .compose(_ -> head(to, deadlineNanos))
                    .compose(said -> verdict(to, said, able));
        });
    }

    private Future<ScanVerdict> end(ByteConnection to, Abilities able, Buffer rest, long deadlineNanos) {
        return to.write(rest.appendString(LAST), deadlineNanos)
                .compose(_ -> head(to, deadlineNanos))
                .compose(said -> verdict(to, said, able));
    }

    /**
     * Encodes the bytes from a position on as a chunk. Returns an empty buffer if there are none, since an empty chunk
     * would end the body.
     */
    private static Buffer chunk(Buffer bytes, int from) {
        int length = bytes.length() - from;
        return length == 0
                ? Buffer.buffer()
                : Buffer.buffer(length + 16)
                        .appendString(Integer.toHexString(length) + "\r\n")
                        .appendBuffer(bytes, from, length)
                        .appendString("\r\n");
    }

    private Future<Abilities> abilities(ByteConnection of, long deadlineNanos) {
        if (known != null) {
            return Future.succeededFuture(known);
        }
        Optional<Object> before = of.kept();
        if (before.isPresent()) {
            known = (Abilities) before.get();
            return Future.succeededFuture(known);
        }
        return of.write(Buffer.buffer(service.options()), deadlineNanos)
                .compose(_ -> head(of, deadlineNanos))
                .compose(said -> abilities(of, said));
    }

    private Future<Abilities> abilities(ByteConnection of, IcapHead said) {
        String method = service.method().name();
        if (said.status() != 200 || !said.leavesConnection()) {
            return Future.failedFuture(
                    of.refused("it answers the request for its options with ICAP status " + said.status()
                            + (said.status() == 404 ? ": `service` is not the name of one of its services" : "")));
        }
        if (!said.lists("methods", method)) {
            return Future.failedFuture(of.refused("its service does not support " + method));
        }
        if (!said.lists("allow", "204")) {
            return Future.failedFuture(
                    of.refused("its service does not allow status 204, which means that nothing was found"));
        }
        known = new Abilities(preview(said.fields().get("preview")));
        return Future.succeededFuture(known);
    }

    private static int preview(@Nullable String stated) {
        boolean isNumber = stated != null
                && !stated.isEmpty()
                && stated.length() <= MAX_DIGITS
                && stated.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? Math.min(MAX_PREVIEW, Integer.parseInt(stated)) : -1;
    }

    private Future<IcapHead> head(ByteConnection from, long deadlineNanos) {
        return head(from, Buffer.buffer(), deadlineNanos);
    }

    private Future<IcapHead> head(ByteConnection from, Buffer before, long deadlineNanos) {
        return from.read(deadlineNanos).compose(more -> {
            Buffer all = Buffer.buffer().appendBuffer(before).appendBuffer(more);
            try {
                Optional<IcapHead> head = IcapHead.parse(all);
                return head.isPresent() ? Future.succeededFuture(head.get()) : head(from, all, deadlineNanos);
            } catch (IllegalArgumentException none) {
                return Future.failedFuture(from.malformed("its answer is not ICAP"));
            }
        });
    }

    private Future<ScanVerdict> verdict(ByteConnection from, IcapHead said, Abilities able) {
        return switch (said.status()) {
            case 204 -> {
                if (said.leavesConnection()) {
                    from.keep(able);
                } else {
                    from.close();
                }
                yield Future.succeededFuture(ScanVerdict.CLEAN);
            }
            case 200 -> {
                from.close();
                yield Future.succeededFuture(new ScanVerdict.Infected(said.finding()));
            }
            default -> Future.failedFuture(from.malformed("it answers with ICAP status " + said.status()));
        };
    }
}
