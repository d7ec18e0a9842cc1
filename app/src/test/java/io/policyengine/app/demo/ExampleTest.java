package io.policyengine.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.app.command.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file demo.yaml of an example: what it says is sent, and what comes is compared with what it expects. */
class ExampleTest {
    private static final String WHOLE = """
            needs: [redis]
            upstream:
              - { path: /pets, method: POST, status: 201, headers: { location: /pets/7 }, chunks: [a, b], pause_ms: 5 }
            requests:
              - title: a new pet
                method: POST
                path: /pets
                headers: { content-type: application/json }
                body: '{"name": "Rex"}'
                times: 2
                expect:
                  status: 201
                  decided_by: upstream
                  headers: { location: /pets, server: null }
                  body: [Rex]
                  body_lacks: [secret]
                  upstream_asked: true
                  upstream_headers: { x-user: alice }
                  upstream_body: [name]
                  upstream_body_lacks: [password]
            audit: { file: audit.log, records: 2, texts: [/pets], lacks: [Rex] }
            """;

    @TempDir
    Path home;

    private Path folder = Path.of("");

    @BeforeEach
    void makesFolder() throws IOException {
        folder = Files.createDirectories(home.resolve("conf/examples/pets"));
        Files.createDirectories(home.resolve("conf/examples/without-a-demo"));
    }

    private Scene scene(String text) throws IOException {
        Files.writeString(folder.resolve("demo.yaml"), text);
        return Example.sceneBlocking(home, "pets");
    }

    private static Visit.Outcome outcome(int status, Map<String, String> headers, String body) {
        return new Visit.Outcome(
                status,
                "upstream",
                headers,
                List.of(new Visit.Outcome.Line(body, 10)),
                new DemoUpstream.Received(Map.of("x-user", "alice"), "{\"name\": \"Rex\"}"),
                5);
    }

    @Test
    void aSceneIsAllThatTheFileSays() throws IOException {
        Scene scene = scene(WHOLE);

        assertThat(scene.folder()).isEqualTo("examples/pets");
        assertThat(scene.needs()).containsExactly(Need.REDIS);
        assertThat(scene.answers())
                .containsExactly(new UpstreamAnswer(
                        "POST", "/pets", 201, Map.of("location", "/pets/7"), null, List.of("a", "b"), 5));
        Visit visit = scene.visits().getFirst();
        assertThat(visit.curl("http://here"))
                .isEqualTo("curl -iN -X POST -H 'content-type: application/json' -d '{\"name\": \"Rex\"}'"
                        + " 'http://here/pets'");
        assertThat(visit.times()).isEqualTo(2);
        assertThat(scene.trail()).contains(new Trail("audit.log", 2, List.of("/pets"), List.of("Rex")));
        assertThat(visit.differences(outcome(201, Map.of("location", "/pets/7"), "Rex")))
                .isEmpty();
    }

    @Test
    void whatComesOtherwiseIsToldLineByLine() throws IOException {
        Visit visit = scene(WHOLE).visits().getFirst();

        List<String> differences = visit.differences(new Visit.Outcome(
                403, "kernel", Map.of("server", "envoy"), List.of(new Visit.Outcome.Line("a secret", 0)), null, 0));

        assertThat(differences)
                .containsExactly(
                        "status 403 instead of 201",
                        "decided by kernel instead of upstream",
                        "upstream gets no request   <- UNEXPECTED",
                        "upstream sees no x-user   <- expected alice",
                        "upstream sees no name   <- UNEXPECTED",
                        "client gets no location   <- expected /pets",
                        "client gets server: envoy   <- expected none",
                        "client gets no Rex   <- UNEXPECTED",
                        "client gets secret   <- UNEXPECTED");
    }

    @Test
    void aStreamIsToBeginBeforeItsEndIsSent() throws IOException {
        Visit visit = scene("requests: [{ title: t, path: /, expect: { status: 200, streamed: true } }]")
                .visits()
                .getFirst();

        List<String> late = visit.differences(new Visit.Outcome(
                200, "upstream", Map.of(), List.of(new Visit.Outcome.Line("a", 4_000_000)), null, 1_000_000));
        List<String> early = visit.differences(new Visit.Outcome(
                200, "upstream", Map.of(), List.of(new Visit.Outcome.Line("a", 1_000_000)), null, 4_000_000));

        assertThat(late).containsExactly("client gets the first line 3 ms AFTER the upstream sends the last");
        assertThat(early).isEmpty();
    }

    @Test
    void anUnknownNameIsAnsweredWithTheKnownOnes() throws IOException {
        Files.writeString(folder.resolve("demo.yaml"), WHOLE);

        assertThatThrownBy(() -> Example.sceneBlocking(home, "pet"))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("there is no example 'pet'; there are: pets");
    }

    @Test
    void anUnknownKeyIsAFault() {
        assertThatThrownBy(() -> scene("requests: []\nrequest: []\n"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("demo.yaml")
                .hasMessageContaining("\"request\"");
    }

    @Test
    void anAnswerHasOneContent() {
        assertThatThrownBy(() -> scene("requests: []\nupstream: [{ path: /, body: a, chunks: [b] }]\n"))
                .hasMessageContaining("an answer has either a body or chunks");
    }
}
