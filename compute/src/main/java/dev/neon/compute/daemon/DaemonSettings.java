package dev.neon.compute.daemon;

import dev.neon.compute.proxy.ListenAddress;

/**
 * How a page server is started.
 *
 * @param listen where clients connect
 * @param http   where it tells its state over HTTP
 */
public record DaemonSettings(ListenAddress listen, ListenAddress http) {}
