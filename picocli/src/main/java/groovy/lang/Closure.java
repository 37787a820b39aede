package groovy.lang;

/**
 * Takes the place of Groovy's class of this name, which picocli looks up when it starts. A class that is nowhere makes the
 * JVM open the jar and read its directory at each start; this one is in the AOT cache. Nothing is ever an instance.
 */
public final class Closure {
    private Closure() {}
}
