package io.policyengine.policies.traffic.idempotency;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.work.Work;
import io.policyengine.policies.shared.clientkey.ClientKey;
import io.policyengine.policies.shared.digest.Sha256;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.List;

/** Digests that identify a request, and a key with its owner. */
final class Fingerprints {
    /** Maximum size of a body that is digested on the event loop, in bytes. */
    private static final int SHORT_BODY = 64 << 10;

    /** The fields that distinguish clients without an identity. */
    private static final List<String> CREDENTIALS = List.of("authorization", "cookie");

    private final ClientKey owner;
    private final PolicyEnvironment env;

    Fingerprints(ClientKey owner, PolicyEnvironment env) {
        this.owner = owner;
        this.env = env;
    }

    /** Returns the digest of the key and its owner. */
    String slot(RequestContext context, String key) {
        return Sha256.of(part(owner.keyOf(context)), part(key)).toHex();
    }

    /**
     * Returns the digest of method, authority, target and body. If the owner is identified only by an address, the
     * digest includes the credentials.
     */
    Future<String> fingerprint(RequestContext context) {
        RequestView request = context.request();
        Buffer body = request.body() == null ? Buffer.buffer() : request.body();
        byte[] head = head(context);
        return body.length() <= SHORT_BODY
                ? Future.succeededFuture(digest(head, body))
                : env.offLoop(context.call(), Work.onBody(body.length(), body.length()), _ -> digest(head, body));
    }

    private static String digest(byte[] head, Buffer body) {
        return Sha256.of(head, body.getBytes()).toHex();
    }

    private byte[] head(RequestContext context) {
        RequestView request = context.request();
        Buffer head = Buffer.buffer();
        head.appendBytes(part(request.method()))
                .appendBytes(part(request.authority()))
                .appendBytes(part(request.path()));
        if (isByAddress(context)) {
            HeaderMap headers = request.headers();
            CREDENTIALS.forEach(name -> head.appendBytes(part(String.join("\n", headers.getAll(name)))));
        }
        return head.getBytes();
    }

    private boolean isByAddress(RequestContext context) {
        return ClientKey.isOfAddress(owner.keyOf(context));
    }

    /** Returns octets preceded by their length, so that different lists of parts never yield the same octets. */
    private static byte[] part(String octets) {
        byte[] bytes = Octets.toBytes(octets);
        return ByteBuffer.allocate(Integer.BYTES + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }
}
