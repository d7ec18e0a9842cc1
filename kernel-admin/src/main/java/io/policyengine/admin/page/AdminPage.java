package io.policyengine.admin.page;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.policyengine.core.async.OffLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The files of the admin page: a fixed list, read once from the jar, and served to every client of the admin port. They
 * contain no data of the engine. The page gets all data from the management API, under the API's access rules. The page
 * can neither load nor run anything external, and no other page can embed it.
 */
public final class AdminPage {
    /** The path of the admin page. */
    public static final String PATH = "/ui/";

    /** Maximum bytes of all files of the admin page together. */
    static final int MAX_BYTES = 150_000;

    private static final List<HttpMethod> METHODS = List.of(HttpMethod.GET, HttpMethod.HEAD);
    private static final String INDEX = "index.html";

    private static final List<String> FILES = List.of(
            INDEX,
            "style.css",
            "icon.svg",
            "app.js",
            "api.js",
            "charts.js",
            "dialogs.js",
            "dom.js",
            "exchanges.js",
            "filters.js",
            "findings.js",
            "generations.js",
            "history.js",
            "opened.js",
            "overrides.js",
            "overview.js",
            "routes.js",
            "workers.js");

    /**
     * The content security policy: nothing external, nothing inline, and no markup from text (CSP Level 3, Trusted
     * Types).
     */
    static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none';"
            + " require-trusted-types-for 'script'; trusted-types 'none'";

    private static final Map<String, String> MEDIA_TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private final Map<String, PageFile> files;

    private record PageFile(String mediaType, Buffer content, String etag) {}

    private AdminPage(Map<String, PageFile> files) {
        this.files = files;
    }

    /** Reads the files of the admin page, off the event loop. */
    public static Future<AdminPage> open(Vertx vertx) {
        return OffLoop.call(vertx, AdminPage::readBlocking);
    }

    private static AdminPage readBlocking() throws IOException {
        Map<String, PageFile> files = new LinkedHashMap<>();
        for (String name : FILES) {
            try (InputStream content = AdminPage.class.getResourceAsStream(name)) {
                if (content == null) {
                    throw new IllegalStateException("the jar lacks the file " + name + " of the admin page");
                }
                byte[] bytes = content.readAllBytes();
                files.put(
                        name,
                        new PageFile(
                                MEDIA_TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain"),
                                Buffer.buffer(bytes),
                                etag(bytes)));
            }
        }
        return new AdminPage(files);
    }

    private static String etag(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"' + HexFormat.of().formatHex(digest, 0, 16) + '"';
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Serves the files of the admin page, and redirects {@code /} to it. */
    public void mount(Router router) {
        router.route(HttpMethod.GET, "/")
                .handler(context -> context.response()
                        .setStatusCode(302)
                        .putHeader(HttpHeaderNames.LOCATION, "ui/")
                        .end());
        router.route("/").handler(context -> MethodNotAllowed.fail(context, List.of(HttpMethod.GET)));
        serve(router, PATH, INDEX);
        files.keySet().stream().filter(name -> !name.equals(INDEX)).forEach(name -> serve(router, PATH + name, name));
    }

    private void serve(Router router, String path, String name) {
        PageFile file = Objects.requireNonNull(files.get(name));
        METHODS.forEach(method -> router.route(method, path).handler(context -> send(context.request(), file)));
        router.route(path).handler(context -> MethodNotAllowed.fail(context, METHODS));
    }

    private static void send(HttpServerRequest request, PageFile file) {
        HttpServerResponse response = request.response()
                .putHeader(HttpHeaderNames.CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)
                .putHeader(HttpHeaderNames.X_FRAME_OPTIONS, "DENY")
                .putHeader("x-content-type-options", "nosniff")
                .putHeader("referrer-policy", "no-referrer")
                .putHeader("cross-origin-opener-policy", "same-origin")
                .putHeader("cross-origin-resource-policy", "same-origin")
                // The browser revalidates each time, so its files match the running engine.
                .putHeader(HttpHeaderNames.CACHE_CONTROL, "no-cache")
                .putHeader(HttpHeaderNames.ETAG, file.etag());
        if (file.etag().equals(request.getHeader(HttpHeaderNames.IF_NONE_MATCH))) {
            response.setStatusCode(304).end();
        } else if (request.method().equals(HttpMethod.HEAD)) {
            response.putHeader(
                            HttpHeaderNames.CONTENT_LENGTH,
                            Integer.toString(file.content().length()))
                    .end();
        } else {
            response.putHeader(HttpHeaderNames.CONTENT_TYPE, file.mediaType()).end(file.content());
        }
    }
}
