package io.policyengine.core.config.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.PolicySettings;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.params.ParamProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferencesTest {
    @TempDir
    Path folder;

    private Path conf = Path.of(".");
    private Path outside = Path.of(".");

    @BeforeEach
    void makeFolders() throws IOException {
        conf = Files.createDirectory(folder.resolve("conf"));
        outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "hush-outside");
    }

    @Test
    void aLinkThatLeadsOutOfTheRootsIsRefusedWithoutBeingRead() throws IOException {
        Files.createSymbolicLink(conf.resolve("innocent"), outside.resolve("secret"));

        assertThat(referring("innocent").problems())
                .containsExactly(
                        "routes/a.yaml:1:99: error: the file 'innocent' may not be read: to permit it, write in"
                                + " kernel.yaml, under policy_kernel: secrets: { roots: [\".\", \"/run/secrets\", \""
                                + outside.toRealPath() + "\"] }");
        assertThat(ConfTexts.readBlocking(conf).referred().get("innocent")).isInstanceOf(FileText.Unreadable.class);
    }

    @Test
    void theLineThatIsToldAllowsIt() throws IOException {
        Files.createSymbolicLink(conf.resolve("innocent"), outside.resolve("secret"));
        String problem = referring("innocent").problems().getFirst();
        String line = problem.substring(problem.indexOf("secrets: {"));

        var config = referring("innocent")
                .write("kernel.yaml", "policy_kernel: { " + line + " }")
                .read();

        assertThat(params(config)).isEqualTo("hush-outside");
    }

    @Test
    void aHeaderOfTracingMayBeAReference() throws IOException {
        Files.writeString(conf.resolve("one"), "Bearer hush\n");

        var config = new ConfFiles(conf, Map.of()).write("kernel.yaml", """
                        policy_kernel:
                          observability: { tracing: { headers: { authorization: "${file:one}" } } }
                        """).read();

        assertThat(config.kernel().observability().tracing().headers())
                .containsExactly(Map.entry("authorization", "Bearer hush"));
    }

    @Test
    void aRootThatIsItselfALinkIsTheFolderBehindIt() throws IOException {
        Path named = Files.createSymbolicLink(folder.resolve("named"), outside);

        var config = referring(outside.resolve("secret").toString())
                .write("kernel.yaml", "policy_kernel: { secrets: { roots: [ '" + named + "' ] } }")
                .read();

        assertThat(params(config)).isEqualTo("hush-outside");
    }

    @Test
    void aMountedVolumeIsReadThroughTheLinksInIt() throws IOException {
        Path data = Files.createDirectories(conf.resolve("keys/..2026_01_01"));
        Files.writeString(data.resolve("one"), "hush-one\n");
        Files.createSymbolicLink(conf.resolve("keys/..data"), Path.of("..2026_01_01"));
        Files.createSymbolicLink(conf.resolve("keys/one"), Path.of("..data/one"));

        assertThat(params(referring("keys/one").read())).isEqualTo("hush-one");
    }

    @Test
    void aConfDirectoryBehindALinkIsItsOwnRoot() throws IOException {
        Files.writeString(conf.resolve("one"), "hush-one");
        referring("one");
        Path linked = Files.createSymbolicLink(folder.resolve("current"), conf);

        assertThat(params(new ConfFiles(linked, Map.of()).read())).isEqualTo("hush-one");
    }

    @Test
    void whatIsOutsideIsToldNothingOfNotEvenWhetherItIsThere() {
        String there =
                referring(outside.resolve("secret").toString()).problems().getFirst();
        String notThere =
                referring(outside.resolve("nothing").toString()).problems().getFirst();
        String upAndDown = referring("../outside/secret").problems().getFirst();

        assertThat(there.replace("secret'", "nothing'")).isEqualTo(notThere);
        assertThat(upAndDown).contains("the file '../outside/secret' may not be read");
    }

    @Test
    void aFileMayBeReadForOneFileAndNotForAnother() throws IOException {
        String path = outside.resolve("secret").toString();
        ConfFiles files = referring(path).write("worker.yaml", """
                        worker_core:
                          secrets: { roots: [ %s ] }
                          policies: { config: { p: { a: '${file:%s}' } } }
                        """.formatted(outside, path));

        assertThat(files.problems()).singleElement().asString().startsWith("routes/a.yaml:1:99: error: the file");

        Files.delete(conf.resolve("routes/a.yaml"));
        assertThat(files.read().workers().getFirst().policies().config())
                .extractingByKey("p")
                .extracting(PolicySettings::values)
                .hasToString("{\"a\":\"hush-outside\"}");
    }

    @Test
    void aFileThatBecomesReadableIsNoticed() throws IOException {
        Path link = Files.createSymbolicLink(conf.resolve("one"), outside.resolve("secret"));
        referring("one");
        ConfTexts texts = ConfTexts.readBlocking(conf);
        assertThat(texts.canReadMoreBlocking()).isFalse();

        Files.delete(link);
        Files.writeString(link, "hush-one");

        assertThat(texts.canReadMoreBlocking()).isTrue();
    }

    @Test
    void whoMayWriteRoutesCannotSayWhatTheyMayRead() {
        ConfFiles files = referring(outside.resolve("secret").toString());
        String text = read(conf.resolve("routes/a.yaml"));

        for (String key : new String[] {"secrets", "policy_kernel", "worker_core"}) {
            files.write("routes/a.yaml", text + key + ": { secrets: { roots: [ / ] }, roots: [ / ] }\n");

            assertThat(files.problems()).anyMatch(problem -> problem.contains("may not be read"));
        }
        assertThat(ConfTexts.readBlocking(conf).hasRulesOf(ConfTexts.readBlocking(folder)))
                .isTrue();
    }

    @Test
    void aMessageThatWouldShowAReferencedValueIsNotTold() throws IOException {
        Files.writeString(conf.resolve("one"), "X-Hush, and more");
        var entry = referring("one")
                .read()
                .routes()
                .getFirst()
                .requestFlow()
                .chain()
                .getFirst();

        for (String message : new String[] {"'x-hush' is no header", "'x-hush, and more' is no header", "no MORE"}) {
            assertThat(entry.problem(new ParamProblem("/other", message)).message())
                    .startsWith("p: it is invalid; the reason is not shown")
                    .doesNotContainIgnoringCase("hush");
        }
        assertThat(entry.problem(new ParamProblem("/a", "expected an integer")).message())
                .contains("expected an integer");
    }

    @Test
    void whatTheAdminTokenRefersToIsForNothingElse() throws IOException {
        Files.writeString(conf.resolve("admin"), "hush-admin");
        Files.createSymbolicLink(conf.resolve("innocent"), conf.resolve("admin"));
        ConfFiles files = new ConfFiles(conf, Map.of("POLICY_ENGINE_ADMIN", "hush-env"))
                .write(
                        "kernel.yaml",
                        "policy_kernel: { observability: { admin_token: '${file:admin}${env:POLICY_ENGINE_ADMIN}' } }\n");
        for (String reference :
                new String[] {"${file:admin}", "${file:./admin}", "${file:innocent}", "${env:POLICY_ENGINE_ADMIN}"}) {
            files.write("routes/a.yaml", route("t=" + reference));
            files.write("worker.yaml", "worker_core: { policies: { config: { p: { a: '" + reference + "' } } } }\n");

            assertThat(files.problems())
                    .as(reference)
                    .hasSize(2)
                    .allSatisfy(problem -> assertThat(problem)
                            .contains("holds a token of the management API, and must not be used elsewhere")
                            .doesNotContain("hush"));
        }
        files.write("routes/a.yaml", route("nothing"));
        Files.delete(conf.resolve("worker.yaml"));
        assertThat(files.read().kernel().observability().adminToken()).isEqualTo("hush-adminhush-env");
    }

    @Test
    void theCredentialsOfAPodAreReadOnlyWhereTheyAreNamed() {
        String token = "/run/secrets/kubernetes.io/serviceaccount/token";

        assertThat(referring(token).problems())
                .singleElement()
                .asString()
                .contains("may not be read", "\"/run/secrets/kubernetes.io/serviceaccount\"");
        assertThat(referring(token)
                        .write(
                                "kernel.yaml",
                                "policy_kernel: { secrets: { roots: [ /run/secrets/kubernetes.io/serviceaccount ] } }")
                        .problems())
                .singleElement()
                .asString()
                .contains("does not exist");
    }

    private ConfFiles referring(String path) {
        return new ConfFiles(conf, Map.of()).write("routes/a.yaml", route("${file:" + path + "}"));
    }

    private static String route(String whole) {
        return "route_policies: [ { route_name: /a, request_flow: { policy_chain: [ { policy: p, params: { whole: '"
                + whole + "' } } ] } } ]\n";
    }

    private static String read(Path file) {
        return ((FileText.Content) FileText.readBlocking(file, 1000)).text();
    }

    private static String params(EngineConfig config) {
        return Objects.requireNonNull(config.routes()
                .getFirst()
                .requestFlow()
                .chain()
                .getFirst()
                .params()
                .get("whole")
                .stringValue());
    }
}
