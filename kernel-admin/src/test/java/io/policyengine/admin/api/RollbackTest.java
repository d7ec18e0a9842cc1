package io.policyengine.admin.api;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.harness.Answer;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.Fact;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.kernel.reload.ReloadResult;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Rollbacks to earlier generations through the management API, to files and in memory. */
class RollbackTest extends ManagedKernel {
    @Test
    void rollsBackByWritingTheFilesBack() {
        kernel.start(WORKERS, FIRST);
        String before = kernel.read(ROUTES);
        kernel.write(ROUTES, route("/first", "[ { policy: two } ]", "[]"));
        kernel.write("routes/more.yaml", route("/more", "[ { policy: one } ]", "[]"));
        kernel.reload();
        JsonNode generations = call(HttpMethod.GET, "/generations").body().path("generations");
        assertThat(generations).hasSize(2);

        Answer answer = call(
                HttpMethod.POST, "/generations/" + generations.get(1).path("id").asInt() + ":rollback");

        assertThat(answer.text("/status")).isEqualTo("success");
        assertThat(kernel.read(ROUTES)).isEqualTo(before);
        assertThat(Files.exists(kernel.directory().resolve("routes/more.yaml"))).isFalse();
        assertThat(kernel.get("/first").reached().header("x-policy")).isEqualTo("one");
        assertThat(call(HttpMethod.POST, "/generations/99:rollback").status()).isEqualTo(404);
    }

    /** Where the routes are somebody else's: those that are running now are a second generation. */
    private Path startWithALink(Path elsewhere) throws IOException {
        kernel.start(WORKERS, FIRST);
        Path distributed = elsewhere.resolve("routes.yaml");
        Files.writeString(distributed, route("/first", "[ { policy: two } ]", "[]"));
        Path file = kernel.directory().resolve(ROUTES);
        Files.delete(file);
        Files.createSymbolicLink(file, distributed);
        kernel.reload();
        return distributed;
    }

    @Test
    void writesNothingWhereFilesAreLinksButRollsBackInMemory(@TempDir Path elsewhere) throws IOException {
        startWithALink(elsewhere);

        Answer put = call(HttpMethod.PUT, "/routes/%2Ffirst", "{}", Map.of());
        Answer rollback = call(HttpMethod.POST, "/generations/1:rollback");

        assertThat(put.text("/code")).isEqualTo("read_only");
        assertThat(rollback.text("/status")).isEqualTo("success");
        assertThat(kernel.get("/first").reached().header("x-policy")).isEqualTo("one");
        assertThat(Files.isSymbolicLink(kernel.directory().resolve(ROUTES))).isTrue();
    }

    @Test
    void rollsBackInMemoryAnyNumberOfTimesAndWhateverTheFilesSay(@TempDir Path elsewhere) throws IOException {
        Path distributed = startWithALink(elsewhere);

        for (String id : List.of("1", "2", "1")) {
            assertThat(call(HttpMethod.POST, "/generations/" + id + ":rollback").text("/status"))
                    .isEqualTo("success");
            assertThat(kernel.get("/first").reached().header("x-policy")).isEqualTo(id.equals("1") ? "one" : null);
        }
        Files.writeString(distributed, "oops: 1\n");
        kernel.reload();

        assertThat(call(HttpMethod.POST, "/generations/2:rollback").text("/status"))
                .isEqualTo("success");
        assertThat(kernel.get("/first").reached().header("x-policy")).isNull();
        assertThat(distributed).hasContent("oops: 1\n");
    }

    @Test
    void staysAtARollbackInMemoryUntilTheFilesChange(@TempDir Path elsewhere) throws IOException {
        Path distributed = startWithALink(elsewhere);
        call(HttpMethod.POST, "/generations/1:rollback");

        Answer asked = call(HttpMethod.POST, "/config:reload");
        ReloadResult signalled = kernel.reload();

        assertThat(asked.text("/status")).isEqualTo("unchanged");
        assertThat(asked.text("/problems/0/severity")).isEqualTo("warning");
        assertThat(asked.text("/problems/0/message"))
                .isEqualTo(
                        "generation 4 was put into force by a rollback that did not write the files of the conf directory, and"
                                + " stays until these files change: change them, or roll back to generation 2, which has their content");
        assertThat(signalled.status()).isEqualTo(ReloadResult.Status.UNCHANGED);
        assertThat(kernel.get("/first").reached().header("x-policy")).isEqualTo("one");
        assertThat(call(HttpMethod.GET, "/config").text("/pinned")).isEqualTo(asked.text("/problems/0/message"));

        Files.writeString(distributed, "# changed\n" + route("/first", "[ { policy: two } ]", "[]"));

        assertThat(kernel.reload().status()).isEqualTo(ReloadResult.Status.SUCCESS);
        assertThat(kernel.get("/first").reached().header("x-policy")).isNull();
        assertThat(call(HttpMethod.GET, "/config").body().has("pinned")).isFalse();
    }

    @Test
    void goesBackToTheFilesByARollbackToWhatTheySay(@TempDir Path elsewhere) throws IOException {
        startWithALink(elsewhere);
        call(HttpMethod.POST, "/generations/1:rollback");

        call(HttpMethod.POST, "/generations/2:rollback");

        assertThat(call(HttpMethod.GET, "/config").body().has("pinned")).isFalse();
        assertThat(kernel.get("/first").reached().header("x-policy")).isNull();
    }

    @Test
    void rejectsFilesThatChangeToSomethingWrongWhileARollbackInMemoryIsInForce(@TempDir Path elsewhere)
            throws IOException {
        Path distributed = startWithALink(elsewhere);
        call(HttpMethod.POST, "/generations/1:rollback");
        Files.writeString(distributed, "oops: 1\n");

        assertThat(kernel.reload().status()).isEqualTo(ReloadResult.Status.FAILURE);
        assertThat(kernel.reload().status()).isEqualTo(ReloadResult.Status.FAILURE);
        assertThat(kernel.get("/first").reached().header("x-policy")).isEqualTo("one");
    }

    @Test
    void staysAtARollbackInMemoryWhenSomethingIsOverridden(@TempDir Path elsewhere) throws IOException {
        startWithALink(elsewhere);
        call(HttpMethod.POST, "/generations/1:rollback");

        call(HttpMethod.PUT, "/overrides/policy/two", "{\"mode\": \"off\", \"reason\": \"a test\"}", Map.of());
        Answer asked = call(HttpMethod.POST, "/config:reload");

        assertThat(asked.text("/status")).isEqualTo("unchanged");
        assertThat(kernel.get("/first").reached().header("x-policy")).isEqualTo("one");
        assertThat(kernel.get("/first").reached().header("x-second")).isNull();
    }

    @Test
    void rollsBackToWhatTheLintTakesForAnErrorAndSaysSo() {
        first.with("roles", Policies.request(new SetHeader("x-roles", "checked")), Fact.NEEDS_IDENTITY);
        kernel.start(WORKERS, route("/first", "[ { policy: roles } ]", "[]"));
        kernel.write(ROUTES, FIRST);
        kernel.reload();

        Answer answer = call(HttpMethod.POST, "/generations/1:rollback");

        assertThat(answer.text("/status")).isEqualTo("success");
        assertThat(answer.text("/problems/0/code")).isEqualTo("needs_identity");
        assertThat(kernel.get("/first").reached().header("x-roles")).isEqualTo("checked");
        assertThat(kernel.read(ROUTES)).contains("roles");
    }

    @Test
    void rollsBackToNothingThatCannotBeServed() {
        kernel.start(WORKERS, route("/first", "[ { policy: unheardOf } ]", "[]"));
        kernel.write(ROUTES, FIRST);
        kernel.reload();

        assertThat(call(HttpMethod.POST, "/generations/1:rollback").text("/code"))
                .isEqualTo("invalid_configuration");

        assertThat(kernel.read(ROUTES)).isEqualTo(FIRST);
    }

    @Test
    void changesNothingWhileTheFilesSaySomethingElse() {
        kernel.start(WORKERS, FIRST);
        kernel.write("routes/broken.yaml", "oops: 1\n");
        kernel.reload();

        Answer answer = call(HttpMethod.DELETE, "/routes/%2Ffirst");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.text("/code")).isEqualTo("files_differ");
        assertThat(call(HttpMethod.POST, "/generations/1:rollback").text("/code"))
                .isEqualTo("files_differ");
    }

    @Test
    void tellsHowTwoGenerationsDifferWithoutSecrets() {
        first.withSchema("one", (ObjectNode) JSON.readTree("""
                {"type": "object", "properties": {"plain": {"type": "string", "writeOnly": true}}}"""));
        kernel.start(WORKERS, route("/first", "[ { policy: one, params: { plain: REAL } } ]", "[]"));
        kernel.write(ROUTES, route("/second", "[ { policy: one, params: { plain: OTHER } } ]", "[]"));
        kernel.reload();
        kernel.write("routes/third.yaml", route("/third", "[ { policy: two } ]", "[]"));
        kernel.reload();

        JsonNode last = call(HttpMethod.GET, "/generations/3/diff").body();
        JsonNode both = call(HttpMethod.GET, "/generations/3/diff?before=1").body();

        assertThat(last.at("/before").asInt()).isEqualTo(2);
        assertThat(last.at("/files")).hasSize(1);
        assertThat(last.at("/files/0/file").asString()).isEqualTo("routes/third.yaml");
        assertThat(both.at("/files")).hasSize(2);
        assertThat(both.at("/files/0/lines").toString())
                .contains("-  - route_name: /first", "+  - route_name: /second", "(secret, changed)")
                .doesNotContain("REAL")
                .doesNotContain("OTHER");
        assertThat(call(HttpMethod.GET, "/generations/9/diff").status()).isEqualTo(404);
        assertThat(call(HttpMethod.GET, "/generations/3/diff?before=9").status())
                .isEqualTo(404);
    }

    @Test
    void takesAReasonForARollbackAndNothingElse() {
        kernel.start(WORKERS, FIRST);

        assertThat(call(HttpMethod.POST, "/generations/1:rollback", "{\"reason\": \"ticket 4711\"}", Map.of())
                        .status())
                .isEqualTo(200);
        for (String body : new String[] {"{\"reason\": 1}", "{\"other\": \"x\"}", "[]", "why"}) {
            assertThat(call(HttpMethod.POST, "/generations/1:rollback", body, Map.of())
                            .status())
                    .as(body)
                    .isEqualTo(400);
        }
    }
}
