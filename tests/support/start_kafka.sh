#!/usr/bin/env bash
# Runs a real Apache Kafka (KRaft, one node) until Ctrl-C, for tests with EVENTS_FACE_TEST_KAFKA.
# Needs Java 17 and Maven, which fetches Kafka once; all of it stays in the one directory.
#   tests/support/start_kafka.sh [DIRECTORY [PORT]]
set -euo pipefail

directory=${1:-/tmp/events-face-kafka}
port=${2:-19092}
version=4.1.0

mkdir -p "$directory"
cd "$directory"
cat > pom.xml <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>test</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$version</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
POM
[ -d "libs-$version" ] || mvn -q -B dependency:copy-dependencies -DoutputDirectory="libs-$version"

cat > server.properties <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$((port + 1))
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$((port + 1))
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs=$directory/data
num.partitions=4
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
PROPERTIES

java=(java -Xmx512m -cp "libs-$version/*" -Dorg.slf4j.simpleLogger.defaultLogLevel=warn)
rm -rf data
"${java[@]}" kafka.tools.StorageTool format --cluster-id "$("${java[@]}" kafka.tools.StorageTool random-uuid)" \
    --config server.properties > format.log
echo "EVENTS_FACE_TEST_KAFKA=127.0.0.1:$port"
exec "${java[@]}" kafka.Kafka server.properties
