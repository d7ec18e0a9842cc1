package io.policyengine.e2e.ai;

import io.policyengine.testkit.provider.AnswerScript;
import io.policyengine.testkit.provider.ProviderApi;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A try to use a model without paying for it, or for less than it takes.
 *
 * @param name what is tried
 * @param path path and query as they are sent
 * @param headers fields beside those of the framing
 * @param cut bytes of each chunk of the body; 0 for a body of a stated length
 * @param script the answer of the provider
 * @param leaving when the client goes
 * @param times times that it is sent, with the same fields
 * @param exact true if what is charged must be what is billed
 */
record TokenCase(
        String name,
        HttpMethod method,
        String path,
        Map<String, String> headers,
        Buffer body,
        int cut,
        HttpVersion version,
        AnswerScript script,
        Leaving leaving,
        int times,
        boolean exact) {
    /** When a client goes. */
    enum Leaving {
        /** When all has come. */
        AT_THE_END,
        /** When the provider has the request and has not said anything. */
        BEFORE_THE_ANSWER,
        /** When the first bytes of the answer have come. */
        IN_THE_MIDDLE
    }

    /** Tokens of output that a request allows, unless it says otherwise. */
    static final int MAX_OUTPUT = 40;

    /** An honest request, which is charged what it is billed. */
    static TokenCase of(String name, ProviderApi api, boolean stream) {
        return new TokenCase(
                name,
                HttpMethod.POST,
                stream ? api.streamPath() : api.path(),
                Map.of("content-type", "application/json"),
                Buffer.buffer(api.request("Say hello to everybody.", MAX_OUTPUT, stream)),
                0,
                HttpVersion.HTTP_1_1,
                AnswerScript.HONEST,
                Leaving.AT_THE_END,
                1,
                true);
    }

    /** The same by another method. */
    TokenCase by(HttpMethod other) {
        return new TokenCase(name, other, path, headers, body, cut, version, script, leaving, times, false);
    }

    /** The same at another path. */
    TokenCase at(String other) {
        return new TokenCase(name, method, other, headers, body, cut, version, script, leaving, times, false);
    }

    /** The same with a field, in place of one of the same name; without it if the value is empty. */
    TokenCase with(String field, String value) {
        Map<String, String> changed = new TreeMap<>(headers);
        changed.put(field, value);
        changed.values().removeIf(String::isEmpty);
        return new TokenCase(name, method, path, changed, body, cut, version, script, leaving, times, false);
    }

    /** The same with another body. */
    TokenCase saying(Buffer other) {
        return new TokenCase(name, method, path, headers, other, cut, version, script, leaving, times, false);
    }

    /** The same with another body. */
    TokenCase saying(String other) {
        return saying(Buffer.buffer(other));
    }

    /** The same with the first occurrence of a part of the body replaced, which must be there. */
    TokenCase replacing(String part, String other) {
        String text = body.toString(StandardCharsets.UTF_8);
        int at = text.indexOf(part);
        if (at < 0) {
            throw new IllegalArgumentException(name + ": no " + part + " in " + text);
        }
        return saying(text.substring(0, at) + other + text.substring(at + part.length()));
    }

    /** The same in chunks of so many bytes. */
    TokenCase cutInto(int bytes) {
        return new TokenCase(name, method, path, headers, body, bytes, version, script, leaving, times, false);
    }

    /** The same over HTTP/2. */
    TokenCase overHttp2() {
        return new TokenCase(name, method, path, headers, body, cut, HttpVersion.HTTP_2, script, leaving, times, exact);
    }

    /** The same with another answer. */
    TokenCase answered(AnswerScript other) {
        return new TokenCase(name, method, path, headers, body, cut, version, other, leaving, times, false);
    }

    /** The same with a client that goes before the end. */
    TokenCase leaving(Leaving when) {
        return new TokenCase(name, method, path, headers, body, cut, version, script, when, times, false);
    }

    /** The same sent several times. */
    TokenCase times(int number) {
        return new TokenCase(name, method, path, headers, body, cut, version, script, leaving, number, exact);
    }

    /** The same, which is charged what it is billed. */
    TokenCase exactly() {
        return new TokenCase(name, method, path, headers, body, cut, version, script, leaving, times, true);
    }

    /** The body as it is sent. */
    List<Buffer> chunks() {
        if (cut == 0) {
            return List.of(body);
        }
        List<Buffer> chunks = new ArrayList<>();
        for (int at = 0; at < body.length(); at += cut) {
            chunks.add(body.getBuffer(at, Math.min(body.length(), at + cut)));
        }
        return chunks;
    }

    @Override
    public String toString() {
        return name;
    }
}
