package io.policyengine.testkit.scanner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The ICAP server c-icap on the loopback interface. Its service {@code avscan} calls a {@link ClamdServer}. Its
 * executable is {@code C_ICAP_BIN}, or {@code c-icap} on the path.
 */
public final class CIcapServer extends ScannerProcess {
    private final ClamdServer clamd;

    private CIcapServer(ClamdServer clamd) throws IOException {
        super("c-icap");
        this.clamd = clamd;
    }

    /** Starts a server and waits until it is ready. */
    public static CIcapServer start(ClamdServer clamd) {
        try {
            CIcapServer server = new CIcapServer(clamd);
            server.begin();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    List<String> prepare(Path into, int onPort) throws IOException {
        Path modules = modules();
        Path conf =
                Files.writeString(into.resolve("c-icap.conf"), """
                PidFile %1$s/c-icap.pid
                CommandsSocket %1$s/c-icap.ctl
                ServerLog %1$s/server.log
                AccessLog %1$s/access.log
                TmpDir %1$s
                Port 127.0.0.1:%2$d
                StartServers 1
                MaxServers 1
                MinSpareThreads 1
                MaxSpareThreads 32
                ThreadsPerChild 32
                KeepAliveTimeout 600
                ModulesDir %3$s
                ServicesDir %3$s
                TemplateDir /usr/share/c_icap/templates/
                LoadMagicFile /etc/c-icap/c-icap.magic
                Service virus_scan virus_scan.so
                ServiceAlias avscan virus_scan?allow204=on&sizelimit=off&mode=simple
                Module common clamd_mod.so
                clamd_mod.ClamdSocket %4$s
                virus_scan.ScanFileTypes TEXT DATA EXECUTABLE ARCHIVE GIF JPEG MSOFFICE
                virus_scan.SendPercentData 0
                virus_scan.MaxObjectSize 50M
                """.formatted(into, onPort, modules, clamd.socket()));
        return List.of(program("C_ICAP_BIN", "c-icap"), "-N", "-f", conf.toString());
    }

    private static Path modules() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
            return folders.map(folder -> folder.resolve("c_icap"))
                    .filter(folder -> Files.exists(folder.resolve("virus_scan.so")))
                    .findFirst()
                    .orElseThrow(() ->
                            new IllegalStateException("there is no virus_scan of c-icap: scripts/clamd installs it"));
        }
    }

    @Override
    boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.getOutputStream()
                    .write("OPTIONS icap://127.0.0.1/avscan ICAP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .startsWith("ICAP/1.0 200");
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "c-icap on port " + port();
    }
}
