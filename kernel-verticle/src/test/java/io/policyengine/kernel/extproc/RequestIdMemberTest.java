package io.policyengine.kernel.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.ImmediateResponse;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestIdMemberTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"error":"no"}   | {"error":"no", "request_id": "id-1"}
                    {}               | {"request_id": "id-1"}
                    `{ } `           | `{ "request_id": "id-1"}`
                    `{"a": {}}\n`    | {"a": {}, "request_id": "id-1"}
                    [1]              | [1]
                    text             | text
                    """)
    void isAddedToAnObjectAndToNothingElse(String body, String expected) {
        ImmediateResponse answer =
                new ImmediateResponse(401, HeaderMap.empty(), Buffer.buffer(body), "unauthorized").tellingRequestId();

        assertThat(RequestIdMember.in(answer, "id-1").body()).hasToString(expected);
    }

    @Test
    void isNotAddedWhereThePolicyDoesNotWantIt() {
        ImmediateResponse answer = new ImmediateResponse(200, HeaderMap.empty(), Buffer.buffer("{}"), "mock");

        assertThat(RequestIdMember.in(answer, "id-1")).isSameAs(answer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    application/json         | {"error": "no"}                    | true
                    application/problem+json | {"title": "no"}                    | true
                    application/json         | {"error": "no", "request_id": "x"} | false
                    application/json         | [1]                                | false
                    text/plain               | {"error": "no"}                    | false
                    """)
    void canBeInConfiguredBodiesThatAreObjects(String type, String body, boolean expected) {
        assertThat(RequestIdMember.canBeIn(HeaderMap.of("content-type", type), body))
                .isEqualTo(expected);
    }
}
