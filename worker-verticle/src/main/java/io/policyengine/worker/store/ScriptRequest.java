package io.policyengine.worker.store;

import io.policyengine.core.store.StoreOperation;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Builds the command that runs the script of an operation. */
final class ScriptRequest implements StoreOperation.Arguments {
    private final Request request;
    private int bytes;

    private ScriptRequest(Command command, byte[] script) {
        this.request = Request.cmd(command).arg(script);
        this.bytes = script.length;
    }

    /** Returns a request with only the digest of the script. The server may not know the script. */
    static ScriptRequest byDigest(StoreOperation<?> operation, StoreKeys keys, String tag) {
        byte[] digest = operation.script().sha1().getBytes(StandardCharsets.ISO_8859_1);
        return new ScriptRequest(Command.EVALSHA, digest).with(operation, keys, tag);
    }

    /** Returns a request with the text of the script. Afterwards the server also knows the script by its digest. */
    static ScriptRequest byText(StoreOperation<?> operation, StoreKeys keys, String tag) {
        byte[] text = operation.script().lua().getBytes(StandardCharsets.UTF_8);
        return new ScriptRequest(Command.EVAL, text).with(operation, keys, tag);
    }

    private ScriptRequest with(StoreOperation<?> operation, StoreKeys keys, String tag) {
        List<String> names = operation.names();
        request.arg(names.size());
        for (String name : names) {
            add(keys.key(tag, name));
        }
        operation.arguments(this);
        return this;
    }

    Request request() {
        return request;
    }

    int bytes() {
        return bytes;
    }

    @Override
    public StoreOperation.Arguments add(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public StoreOperation.Arguments add(long number) {
        request.arg(number);
        bytes += Long.BYTES;
        return this;
    }

    @Override
    public StoreOperation.Arguments add(Buffer octets) {
        return add(octets.getBytes());
    }

    private StoreOperation.Arguments add(byte[] octets) {
        request.arg(octets);
        bytes += octets.length;
        return this;
    }
}
