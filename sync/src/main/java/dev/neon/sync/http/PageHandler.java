package dev.neon.sync.http;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** {@code GET /healthz} and {@code GET /metrics}; all else is not there. */
final class PageHandler extends Handler.Abstract {
    private final Access access;
    private final Metrics metrics;

    PageHandler(Access access, Metrics metrics) {
        this.access = access;
        this.metrics = metrics;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        boolean isGet = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        switch (isGet ? String.valueOf(request.getHttpURI().getPath()) : "") {
            case "/healthz" -> say(response, callback, 200, "ok\n");
            case "/metrics" -> {
                boolean mayRead = isFromHere(request)
                        || access.isKnown(Optional.ofNullable(request.getHeaders().get(HttpHeader.AUTHORIZATION)));
                say(response, callback, mayRead ? 200 : 401, mayRead ? metrics.text() : "a token is needed\n");
            }
            default -> say(response, callback, 404, "there is nothing here; neon clone takes the address of a repository\n");
        }
        return true;
    }

    /** From this machine, and not through a proxy on it. */
    private static boolean isFromHere(Request request) {
        return request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress address
                && address.getAddress() != null && address.getAddress().isLoopbackAddress()
                && !request.getHeaders().contains(HttpHeader.X_FORWARDED_FOR) && !request.getHeaders().contains(HttpHeader.FORWARDED);
    }

    private static void say(Response response, Callback callback, int status, String text) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.write(true, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), callback);
    }
}
