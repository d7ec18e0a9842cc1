package io.policyengine.e2e.harness;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A page of an origin of its own, run by Chromium: its script ends by telling what it has seen. */
public final class Browser {
    private Browser() {}

    /**
     * Runs a script and gives what it tells.
     *
     * @param script the body of an asynchronous function that returns an object
     */
    public static JsonObject run(String script) {
        Vertx vertx = Vertx.vertx();
        Path profile = Folders.create("pe-chromium-");
        Promise<JsonObject> told = Promise.promise();
        try {
            HttpServer pages = Load.await(vertx.createHttpServer()
                    .requestHandler(request -> {
                        if (Objects.equals(request.path(), "/told")) {
                            request.body().onSuccess(body -> told.tryComplete(body.toJsonObject()));
                            request.response().end();
                        } else {
                            request.response()
                                    .putHeader("content-type", "text/html; charset=utf-8")
                                    .end(page(script));
                        }
                    })
                    .listen(0, "127.0.0.1"));
            try (OsProcess _ = OsProcess.start(
                    "chromium", command(profile, "http://127.0.0.1:" + pages.actualPort() + "/"), Map.of())) {
                return Load.await(told.future());
            }
        } finally {
            Load.await(vertx.close());
            Folders.delete(profile);
        }
    }

    private static String page(String script) {
        return """
                <!doctype html><title>test</title><script>
                (async () => { %s })()
                  .catch(error => ({ failed: String(error) }))
                  .then(told => fetch("/told", { method: "POST", body: JSON.stringify(told) }));
                </script>""".formatted(script);
    }

    /** Without its sandbox, which it refuses to have as root. */
    private static List<String> command(Path profile, String page) {
        return List.of(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                page);
    }
}
