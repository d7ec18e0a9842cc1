package io.policyengine.admin.page;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.harness.Answer;
import io.policyengine.admin.harness.ManagedKernels;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.time.Await;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of the admin page, as a kernel serves them. */
class AdminPageTest {
    private static final int MAX_BYTES = 150_000;
    /** The references of the page and of its scripts to other files of it. */
    private static final Pattern REFERENCE = Pattern.compile("(?:src|href)=\"([a-z./]+)\"|from \"\\./([a-z.]+)\"");

    private final KernelHarness kernel = ManagedKernels.create();

    @BeforeEach
    void start() {
        kernel.worker("w").with("set", Policies.request(new SetHeader("x-set", "1")));
        kernel.start(
                "workers: [ { name: w } ]\nobservability: { metrics_port: 0 }\n",
                route("r", "[ { policy: set } ]", "[]"));
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    private record Got(int status, HttpClientResponse response, String body) {}

    private Got get(String path, String... fields) {
        return call(HttpMethod.GET, path, fields);
    }

    private Got call(HttpMethod method, String path, String... fields) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost("127.0.0.1")
                .setPort(kernel.adminPort())
                .setURI(path);
        for (int i = 0; i < fields.length; i += 2) {
            options.putHeader(fields[i], fields[i + 1]);
        }
        return Await.result(kernel.client()
                .request(options)
                .compose(request -> request.send()
                        .compose(response -> response.body()
                                .map(Buffer::toString)
                                .map(body -> new Got(response.statusCode(), response, body)))));
    }

    @Test
    void letsABrowserLoadNothingFromElsewhereAndShowItInNoFrame() {
        Got page = get("/ui/");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.response().getHeader("content-type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.response().getHeader("content-security-policy"))
                .startsWith(
                        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
                                + " frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
                .doesNotContain("unsafe");
        assertThat(page.response().getHeader("x-frame-options")).isEqualTo("DENY");
        assertThat(page.response().getHeader("x-content-type-options")).isEqualTo("nosniff");
        assertThat(page.response().getHeader("referrer-policy")).isEqualTo("no-referrer");
    }

    @Test
    void isWholeAndSmall() {
        Set<String> known = new HashSet<>();
        int bytes = follow("", known);

        assertThat(known).contains("", "app.js", "style.css", "icon.svg", "routes.js");
        assertThat(bytes).isLessThan(MAX_BYTES);
    }

    /** The bytes of a file and of all that it refers to. */
    private int follow(String file, Set<String> known) {
        if (!known.add(file)) {
            return 0;
        }
        Got got = get("/ui/" + file);
        assertThat(got.status()).as(file).isEqualTo(200);
        int bytes = got.body().length();
        Matcher references = REFERENCE.matcher(got.body());
        while (references.find()) {
            bytes += follow(references.group(1) == null ? references.group(2) : references.group(1), known);
        }
        return bytes;
    }

    @Test
    void isFoundAtTheRoot() {
        Got root = get("/");

        assertThat(root.status()).isEqualTo(302);
        assertThat(root.response().getHeader("location")).isEqualTo("ui/");
    }

    @Test
    void isNotSentAgainWhereTheBrowserHasIt() {
        String etag = Objects.requireNonNull(get("/ui/app.js").response().getHeader("etag"));

        Got again = get("/ui/app.js", "if-none-match", etag);

        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ui/package-info.class", "/ui/%2e%2e/AdminPage.class", "/ui/none.js", "/ui/app.js/none"})
    void isTheFilesOfAListAndNoOthers(String path) {
        assertThat(get(path).status()).isIn(403, 404);
    }

    @Test
    void takesNothing() {
        assertThat(call(HttpMethod.POST, "/ui/").status()).isEqualTo(405);
    }

    /** The page itself may be loaded by anybody: what it asks for is subject to the rules of the API. */
    @Test
    void getsFiguresOnlyAsTheManagementApiGivesThem() {
        assertThat(get("/stats", "sec-fetch-site", "same-origin").status()).isEqualTo(200);
        assertThat(get("/stats", "sec-fetch-site", "cross-site").status()).isEqualTo(403);
        assertThat(get("/stats", "origin", "http://elsewhere.example").status()).isEqualTo(403);
        assertThat(get("/stats", "host", "rebound.example").status()).isEqualTo(403);
        assertThat(get("/stats").response().getHeader("x-content-type-options")).isEqualTo("nosniff");
        assertThat(Answer.of(
                                kernel,
                                HttpMethod.POST,
                                "/generations/1:rollback",
                                "{}",
                                Map.of(
                                        "authorization",
                                        "",
                                        "sec-fetch-site",
                                        "same-origin",
                                        "origin",
                                        "http://127.0.0.1:" + kernel.adminPort()))
                        .status())
                .isEqualTo(403);
    }
}
