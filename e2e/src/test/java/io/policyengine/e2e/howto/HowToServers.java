package io.policyengine.e2e.howto;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.policyengine.e2e.harness.Load;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The servers that the pages assume beside the engine, at one port: an upstream, an issuer of tokens, and an authorization service. */
final class HowToServers implements AutoCloseable {
    private static final String CUSTOMER =
            "{\"name\":\"Bob\",\"email\":\"bob@example.com\",\"card\":\"4111 1111 1111 1111\"}\n";
    private static final String TOOLS = """
            {"jsonrpc":"2.0","id":1,"result":{"tools":[\
            {"name":"search","inputSchema":{"type":"object"}},\
            {"name":"read_file","inputSchema":{"type":"object"}},\
            {"name":"delete_file","inputSchema":{"type":"object"}}]}}
            """;
    private static final String COMPLETION = """
            {"id":"c1","object":"chat.completion","model":"m","choices":[{"index":0,"finish_reason":"stop",\
            "message":{"role":"assistant","content":"Hello"}}],\
            "usage":{"prompt_tokens":10,"completion_tokens":20,"total_tokens":30}}
            """;

    private final Vertx vertx = Vertx.vertx();
    private final RSAKey key = newKey();
    private final HttpServer server;

    HowToServers() {
        server = Load.await(vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> answer(request, body.toString())))
                .listen(0, "127.0.0.1"));
    }

    private static RSAKey newKey() {
        try {
            return new RSAKeyGenerator(2048).keyID("one").generate();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void answer(HttpServerRequest request, String body) {
        String path = Objects.requireNonNull(request.path());
        switch (path) {
            case "/.well-known/openid-configuration" ->
                json(
                        request,
                        new JsonObject()
                                .put("issuer", url())
                                .put("jwks_uri", url() + "/keys")
                                .encode());
            case "/keys" -> json(request, new JWKSet(key).toPublicJWKSet().toString());
            case "/v1/data/http/authz/allow" ->
                json(
                        request,
                        new JsonObject()
                                .put("result", body.contains("\"method\":\"GET\""))
                                .encode());
            case "/customers/7" -> json(request, CUSTOMER);
            case "/v1/chat/completions" -> json(request, COMPLETION);
            case "/chat/completions" -> json(request, body + "\n");
            case "/mcp" -> json(request, TOOLS);
            case "/shop" -> request.response().end("version " + request.getHeader("x-version") + "\n");
            default -> greet(request);
        }
    }

    /** Greets the user whom the engine has authenticated. */
    private static void greet(HttpServerRequest request) {
        String user = request.getHeader("x-user-id");
        request.response().end(user == null ? "hello\n" : "hello, " + user + "\n");
    }

    private static void json(HttpServerRequest request, String body) {
        request.response().putHeader("content-type", "application/json").end(body);
    }

    /** The port of all of them. */
    int port() {
        return server.actualPort();
    }

    /** The issuer, and the address of the authorization service. */
    String url() {
        return "http://127.0.0.1:" + port();
    }

    /** The variables of the pages. */
    Map<String, String> tokens() {
        Instant now = Instant.now();
        return Map.of(
                "TOKEN", token("alice", "reader", now.plusSeconds(600)),
                "ADMIN_TOKEN", token("root", "admin", now.plusSeconds(600)),
                "EXPIRED_TOKEN", token("alice", "reader", now.minusSeconds(600)));
    }

    private String token(String subject, String role, Instant end) {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .issuer(url())
                        .audience("orders")
                        .subject(subject)
                        .expirationTime(Date.from(end))
                        .claim("realm_access", Map.of("roles", List.of(role)))
                        .build());
        try {
            token.sign(new RSASSASigner(key));
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
        return token.serialize();
    }

    @Override
    public void close() {
        Load.await(vertx.close());
    }
}
