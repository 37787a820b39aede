package dev.neon.compute.daemon;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.neon.compute.proxy.MemoryUse;
import dev.neon.compute.proxy.ProxyStatistics;
import dev.neon.compute.proxy.ServerStatus;
import dev.neon.repo.Iso8601;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code /status}: docs/pageserver.md has the fields. Names of fields stay; one without a value is null. */
final class StatusJson {
    private static final double MILLIS_A_SECOND = 1000;

    private StatusJson() {}

    /** The fields of the object. */
    static void write(JsonGenerator json, DaemonReport report) throws IOException {
        json.writeStringField("version", report.version());
        json.writeStringField("state", report.readiness().state().name().toLowerCase(Locale.ROOT));
        json.writeStringField("repository", report.repository().toString());
        json.writeNumberField("pid", report.pid());
        json.writeStringField("since", Iso8601.format(report.since()));
        put(json, "listen", report.listen().map(Object::toString));
        json.writeNumberField("connections", report.connections());
        json.writeObjectFieldStart("memory");
        putNumber(json, "servers", report.memory().flatMap(MemoryUse::servers));
        putNumber(json, "limit", report.memory().flatMap(MemoryUse::limit));
        json.writeEndObject();
        json.writeArrayFieldStart("servers");
        for (ServerStatus server : report.servers()) {
            server(json, server, report);
        }
        json.writeEndArray();
        json.writeObjectFieldStart("totals");
        if (report.counts().isPresent()) {
            totals(json, report.counts().get());
        }
        json.writeEndObject();
        json.writeObjectFieldStart("background");
        for (Chore.Report chore : report.chores()) {
            chore(json, chore);
        }
        json.writeEndObject();
    }

    private static void server(JsonGenerator json, ServerStatus server, DaemonReport report) throws IOException {
        json.writeStartObject();
        json.writeStringField("branch", server.branch());
        json.writeStringField("timeline", server.timeline().hex());
        json.writeStringField("state", server.state().name().toLowerCase(Locale.ROOT));
        json.writeBooleanField("readOnly", server.isReadOnly());
        json.writeBooleanField("own", server.isOwn());
        putNumber(json, "port", server.port());
        putNumber(json, "pid", server.pid());
        putNumber(json, "memory", server.memory());
        json.writeNumberField("sessions", server.sessions());
        put(json, "idleSince", server.idle().map(idle -> time(report.now().minus(idle))));
        putNumber(json, "walSinceSnapshot", Optional.ofNullable(report.walLag().get(server.branch())));
        json.writeEndObject();
    }

    private static void totals(JsonGenerator json, ProxyStatistics.Counts counts) throws IOException {
        json.writeNumberField("connections", counts.connections());
        json.writeObjectFieldStart("refused");
        for (Map.Entry<String, Long> refused : counts.refused().entrySet()) {
            json.writeNumberField(refused.getKey(), refused.getValue());
        }
        json.writeEndObject();
        json.writeNumberField("starts", counts.starts().count());
        json.writeNumberField("startFailures", counts.startFailures());
        json.writeNumberField("idleStops", counts.suspensions());
        json.writeNumberField("evictions", counts.evictions());
        json.writeNumberField("memoryEvictions", counts.memoryEvictions());
        json.writeNumberField("crashes", counts.crashes());
        json.writeNumberField("cancels", counts.cancels());
        json.writeNumberField("createdBranches", counts.createdBranches());
        json.writeNumberField("bytesFromClients", counts.fromClients());
        json.writeNumberField("bytesToClients", counts.toClients());
    }

    private static void chore(JsonGenerator json, Chore.Report chore) throws IOException {
        json.writeObjectFieldStart(chore.kind().word());
        json.writeNumberField("runs", chore.runs());
        json.writeNumberField("failures", chore.failures());
        put(json, "running", chore.running());
        put(json, "began", chore.began().map(StatusJson::time));
        if (chore.took().isPresent()) {
            json.writeNumberField("seconds", seconds(chore.took().get()));
        } else {
            json.writeNullField("seconds");
        }
        put(json, "last", chore.last());
        put(json, "failure", chore.failure());
        json.writeEndObject();
    }

    private static String time(Instant time) {
        return Iso8601.format(time);
    }

    private static double seconds(Duration took) {
        return took.toMillis() / MILLIS_A_SECOND;
    }

    private static void put(JsonGenerator json, String name, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get());
        } else {
            json.writeNullField(name);
        }
    }

    private static void putNumber(JsonGenerator json, String name, Optional<? extends Number> value) throws IOException {
        if (value.isPresent()) {
            json.writeNumberField(name, value.get().longValue());
        } else {
            json.writeNullField(name);
        }
    }
}
