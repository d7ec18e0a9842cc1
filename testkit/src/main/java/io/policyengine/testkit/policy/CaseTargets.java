package io.policyengine.testkit.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Answers the policy's call-outs as a case specifies, and compares the requests with the case's expectations. */
final class CaseTargets {
    private static final JsonMapper JSON = new JsonMapper();

    private final FakeEnvironment environment;
    private final List<Asked> asked = new ArrayList<>();

    private record Asked(String target, CalloutRequest request) {}

    CaseTargets(FakeEnvironment environment) {
        this.environment = environment;
    }

    /** Sets the responses of these targets. Other targets keep their responses. */
    void use(Map<String, List<PolicyCase.Answer>> targets) {
        targets.forEach((name, answers) -> {
            FakeTarget target = environment.useTarget(name);
            target.onRequest(request -> asked.add(new Asked(name, request)));
            target.after(Duration.ZERO).answer(request -> answer(target, answers, request));
            answers.stream()
                    .map(PolicyCase.Answer::afterMs)
                    .max(Duration::compareTo)
                    .ifPresent(target::after);
        });
    }

    /**
     * Sets the answers of these byte-protocol servers and disables the reuse of their connections. Other servers keep
     * their answers.
     */
    void useBytes(Map<String, List<PolicyCase.ByteAnswer>> targets) {
        targets.forEach((address, answers) -> {
            FakeByteTarget target = environment.useByteTarget(address);
            target.keepNothing().serve(() -> session(target, answers));
        });
    }

    private static FakeByteTarget.Session session(FakeByteTarget target, List<PolicyCase.ByteAnswer> answers) {
        StringBuilder come = new StringBuilder();
        return sent -> {
            come.append(sent.toString(StandardCharsets.ISO_8859_1));
            for (PolicyCase.ByteAnswer answer : answers) {
                if (come.indexOf(answer.contains()) >= 0 && come.toString().endsWith(answer.ends())) {
                    if (answer.fails() != null) {
                        throw target.failure(
                                CalloutException.Kind.valueOf(answer.fails().toUpperCase(Locale.ROOT)));
                    }
                    come.setLength(0);
                    return Buffer.buffer(answer.answer(), "ISO-8859-1");
                }
            }
            return Buffer.buffer();
        };
    }

    private static CalloutResponse answer(FakeTarget target, List<PolicyCase.Answer> answers, CalloutRequest request) {
        String path = request.path() == null ? "" : request.path();
        for (PolicyCase.Answer answer : answers) {
            if (answer.path() == null || answer.path().equals(path)) {
                return answer(target, answer);
            }
        }
        return new CalloutResponse(404, HeaderMap.empty(), Buffer.buffer());
    }

    private static CalloutResponse answer(FakeTarget target, PolicyCase.Answer answer) {
        if (answer.fails() != null) {
            throw target.failure(CalloutException.Kind.valueOf(answer.fails().toUpperCase(Locale.ROOT)));
        }
        HeaderMap.Builder headers = HeaderMap.builder(4);
        if (answer.json() != null) {
            headers.append("content-type", "application/json");
        }
        answer.headers()
                .forEach((name, values) ->
                        values.values().forEach(value -> headers.append(name, Octets.fromText(value))));
        String body = answer.json() == null ? answer.body() : answer.json().toString();
        return new CalloutResponse(answer.status(), headers.build(), Buffer.buffer(body));
    }

    /** Requires that exactly these requests were recorded, in this order. */
    void require(List<PolicyCase.Sent> expected, String where) {
        assertThat(asked.stream().map(one -> one.target() + " " + one.request()).toList())
                .as("%s: call-outs", where)
                .hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            require(asked.get(i), expected.get(i), where + ": call-out " + (i + 1));
        }
    }

    void forgetAsked() {
        asked.clear();
    }

    private static void require(Asked one, PolicyCase.Sent expected, String where) {
        CalloutRequest request = one.request();
        assertThat(one.target()).as("%s: target", where).isEqualTo(expected.target());
        if (expected.method() != null) {
            assertThat(request.method().name()).as("%s: method", where).isEqualTo(expected.method());
        }
        if (expected.path() != null) {
            assertThat(request.path()).as("%s: path", where).isEqualTo(expected.path());
        }
        if (expected.body() != null) {
            assertThat(request.body().toString()).as("%s: body", where).isEqualTo(expected.body());
        }
        if (expected.json() != null) {
            JsonNode sent = JSON.readTree(request.body().toString());
            assertThat(sent).as("%s: body", where).isEqualTo(expected.json());
        }
        expected.headers().forEach((name, value) -> {
            List<String> values = value.isNull() ? List.of() : List.of(value.asString());
            assertThat(request.headers().getAll(name))
                    .as("%s: header %s", where, name)
                    .isEqualTo(values);
        });
    }
}
