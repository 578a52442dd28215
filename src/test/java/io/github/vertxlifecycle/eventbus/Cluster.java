package io.github.vertxlifecycle.eventbus;

import io.github.vertxlifecycle.junit5.ApplicationProcess;
import io.github.vertxlifecycle.rollout.FreePorts;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Ports of 127.0.0.1 on which the nodes of one cluster find each other, without multicast. */
final class Cluster {

  private final String name;
  private final List<Integer> ports = new ArrayList<>();

  Cluster(String name, int nodes) {
    this.name = name;
    ports.addAll(FreePorts.of(nodes));
  }

  /** The configuration of one of its nodes. */
  String hazelcast(int node) {
    return """
    <hazelcast xmlns="http://www.hazelcast.com/schema/config">
      <cluster-name>%s</cluster-name>
      <properties>
        <property name="hazelcast.logging.type">slf4j</property>
        <property name="hazelcast.phone.home.enabled">false</property>
        <property name="hazelcast.socket.bind.any">false</property>
        <property name="hazelcast.wait.seconds.before.join">0</property>
      </properties>
      <network>
        <port auto-increment="false">%d</port>
        <reuse-address>true</reuse-address>
        <join>
          <multicast enabled="false"/>
          <tcp-ip enabled="true">%s</tcp-ip>
        </join>
        <interfaces enabled="true"><interface>127.0.0.1</interface></interfaces>
      </network>
      <multimap name="__vertx.subs">
        <backup-count>1</backup-count>
        <value-collection-type>SET</value-collection-type>
      </multimap>
      <map name="__vertx.nodeInfo"><backup-count>1</backup-count></map>
    </hazelcast>"""
        .formatted(
            name,
            ports.get(node),
            ports.stream()
                .map(port -> "<member>127.0.0.1:" + port + "</member>")
                .collect(Collectors.joining()));
  }

  /** Starts a node as a process of its own, with the launcher's own flags. */
  ApplicationProcess start(Path directory, int node, JsonObject config) throws IOException {
    Path file = directory.resolve("cluster-" + node + ".xml");
    Files.writeString(file, hazelcast(node));
    return ApplicationProcess.of(NodeApp.class)
        .config(config.encode())
        .jvm("@conf/cluster.args", "-Dvertx.hazelcast.config=" + file)
        .flags("-cluster", "-cluster-host", "127.0.0.1")
        .start();
  }
}
