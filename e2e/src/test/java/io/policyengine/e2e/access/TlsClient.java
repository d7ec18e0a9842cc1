package io.policyengine.e2e.access;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Somebody with a key and a certificate that he has signed himself, made by the JDK's keytool, who trusts whoever has the server's.
 *
 * @param own with the key and the certificate
 * @param presents whether the certificate is presented to servers
 */
record TlsClient(KeyStore own, KeyStore trusted, boolean presents) {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String ALIAS = "own";
    private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[] {'\n'});

    /** What came back. */
    record Answer(int status, String body) {}

    /**
     * Makes the key and the certificate.
     *
     * @param san of the certificate, as keytool takes it
     */
    static TlsClient make(Path folder, String name, String san) throws Exception {
        Path file = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=" + san,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
        KeyStore own = KeyStore.getInstance("PKCS12");
        try (InputStream stored = Files.newInputStream(file)) {
            own.load(stored, PASSWORD);
        }
        return new TlsClient(own, own, true);
    }

    /** One who presents no certificate, and trusts this one. */
    TlsClient withoutCertificate() {
        return new TlsClient(own, own, false);
    }

    /** One who trusts that server. */
    TlsClient of(TlsClient server) {
        return new TlsClient(own, server.own, presents);
    }

    String certificatePem() {
        try {
            return pem("CERTIFICATE", own.getCertificate(ALIAS).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    String keyPem() {
        try {
            return pem("PRIVATE KEY", own.getKey(ALIAS, PASSWORD).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n" + PEM.encodeToString(bytes) + "\n-----END " + what + "-----\n";
    }

    /**
     * GET at a server on the loopback, over TLS.
     *
     * @param fields names and values of header fields
     * @throws IOException if the server takes no such client
     */
    Answer get(int port, String path, String... fields)
            throws IOException, GeneralSecurityException, InterruptedException {
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys(), trust(), null);
        try (HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(tls)
                .build()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + path));
            if (fields.length > 0) {
                request.headers(fields);
            }
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        }
    }

    private KeyManager @Nullable [] keys() throws GeneralSecurityException {
        if (!presents) {
            return null;
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(own, PASSWORD);
        return factory.getKeyManagers();
    }

    private TrustManager[] trust() throws GeneralSecurityException, IOException {
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        authorities.setCertificateEntry(ALIAS, trusted.getCertificate(ALIAS));
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        return factory.getTrustManagers();
    }
}
