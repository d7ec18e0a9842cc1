package io.policyengine.policies.traffic.idempotency;

import io.policyengine.core.http.Octets;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.work.Work;
import io.policyengine.policies.shared.clientkey.Asker;
import io.policyengine.policies.shared.clientkey.ClientKey;
import io.policyengine.policies.shared.digest.KeyDigest;
import io.policyengine.policies.shared.digest.Sha256;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;

/** Computes two digests: one identifies a request, the other an idempotency key with its owner. */
final class Fingerprints {
    /** Maximum size of a body whose digest is computed on the event loop, in bytes. */
    private static final int SHORT_BODY = 64 << 10;

    private static final Asker CLIENT = new Asker(null);

    private static final ClientKey CLIENT_KEY = new ClientKey.ByIdentity();

    private final ClientKey owner;
    private final String keyField;
    private final PolicyEnvironment env;

    /**
     * Creates an instance for keys that belong to owners of this kind.
     *
     * @param keyField the request field that holds the key, in lower case
     */
    Fingerprints(ClientKey owner, String keyField, PolicyEnvironment env) {
        this.owner = owner;
        this.keyField = keyField;
        this.env = env;
    }

    /** Returns whether the owner of a key can be distinguished from any other owner. */
    boolean knowsOwner(RequestContext context) {
        return owner.isExact(context);
    }

    /** Returns the digest of the key and its owner. */
    String slot(RequestContext context, String key) {
        return Sha256.of(part(owner.keyOf(context)), part(key)).toHex();
    }

    /**
     * Returns the client to whose share of a local store the key is charged: the identity or, without one, the address.
     * The owner is not used, since a client may be able to choose it.
     */
    static String client(RequestContext context) {
        return CLIENT_KEY.keyOf(context);
    }

    /**
     * Returns the digest of a request's method, authority, target and body. If the owner is the client, the digest also
     * includes everything that distinguishes clients: the whole identity, and credentials that did not prove it.
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
        if (owner instanceof ClientKey.ByIdentity || ClientKey.isOfAddress(owner.keyOf(context))) {
            KeyDigest client = new KeyDigest();
            // The key itself is part of the slot, and may be written in two ways.
            CLIENT.addTo(
                    client,
                    context.withRequest(request.withHeaders(request.headers().without(keyField::equals))));
            head.appendBytes(part(client.text()));
        }
        return head.getBytes();
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
