package io.weirflow;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The layering of {@code docs/ARCHITECTURE.md}: arrows of dependency run downwards only, and each library lives in the
 * modules that own it. It stands here because this module alone sees all the others.
 *
 * <p>Rules that hold because there is nothing yet to break them pass ({@code allowEmptyShould}). Once every module has
 * its classes, drop that, so that a renamed package cannot silence a rule.
 */
final class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.weirflow");

    /** A module, the package that it owns, and the modules that it may depend on. */
    enum Module {
        API("io.weirflow.api"),
        PROTOCOL("io.weirflow.protocol", API),
        LANGUAGE("io.weirflow.language", API),
        STATE_STORE("io.weirflow.state", API, PROTOCOL),
        CONNECTORS("io.weirflow.connectors", API),
        TESTKIT("io.weirflow.testkit", API, PROTOCOL, STATE_STORE),
        OPERATOR_SERVICE("io.weirflow.worker", API, PROTOCOL, STATE_STORE, CONNECTORS),
        COORDINATOR("io.weirflow.coordinator", API, PROTOCOL, LANGUAGE),
        BROKER("io.weirflow.broker", API),
        CLI("io.weirflow.cli", API, PROTOCOL, LANGUAGE, STATE_STORE, CONNECTORS, OPERATOR_SERVICE, COORDINATOR, BROKER);

        private final String rootPackage;
        private final Set<Module> below;

        Module(String rootPackage, Module... below) {
            this.rootPackage = rootPackage;
            this.below = Set.of(below);
        }

        String packages() {
            return rootPackage + "..";
        }

        boolean owns(JavaClass type) {
            return type.getPackageName().equals(rootPackage)
                    || type.getPackageName().startsWith(rootPackage + ".");
        }

        String[] packagesOutOfReach() {
            return Arrays.stream(values())
                    .filter(other -> other != this && !below.contains(other))
                    .map(Module::packages)
                    .toArray(String[]::new);
        }
    }

    /** A library's packages, and the only modules that may see them. */
    record Library(String packages, Set<Module> owners) {
        Library(String packages, Module... owners) {
            this(packages, Set.of(owners));
        }

        String[] ownerPackages() {
            return owners.stream().map(Module::packages).toArray(String[]::new);
        }
    }

    static Stream<Library> libraries() {
        return Stream.of(
                new Library("org.snakeyaml..", Module.LANGUAGE),
                new Library("org.apache.calcite..", Module.LANGUAGE),
                // Calcite's own interface speaks Guava.
                new Library("com.google.common..", Module.LANGUAGE),
                new Library("org.rocksdb..", Module.STATE_STORE),
                new Library("org.objectweb.asm..", Module.OPERATOR_SERVICE),
                new Library("com.zaxxer..", Module.CONNECTORS),
                new Library("io.zonky..", Module.TESTKIT),
                // Drivers are found by their URL.
                new Library("org.postgresql.."),
                new Library("picocli..", Module.CLI),
                new Library("io.vertx..", Module.OPERATOR_SERVICE, Module.COORDINATOR, Module.CLI),
                new Library("io.netty..", Module.OPERATOR_SERVICE, Module.COORDINATOR, Module.CLI),
                new Library("io.micrometer..", Module.OPERATOR_SERVICE, Module.COORDINATOR, Module.CLI),
                new Library(
                        "org.apache.kafka..",
                        Module.CONNECTORS,
                        Module.OPERATOR_SERVICE,
                        Module.COORDINATOR,
                        Module.BROKER,
                        Module.CLI),
                new Library("kafka..", Module.BROKER),
                new Library("scala..", Module.BROKER),
                new Library("org.junit..", Module.TESTKIT),
                new Library("org.assertj..", Module.TESTKIT),
                // Came along with others and have no place in ours.
                new Library("org.yaml.snakeyaml.."),
                new Library("org.apache.commons.."),
                new Library("org.apache.logging.."));
    }

    @ParameterizedTest
    @EnumSource(Module.class)
    void modulesDependDownwardsOnly(Module module) {
        assertThat(CLASSES.stream().filter(module::owns))
                .as("classes of %s", module)
                .isNotEmpty();
        String[] outOfReach = module.packagesOutOfReach();
        noClasses()
                .that()
                .resideInAPackage(module.packages())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(outOfReach)
                .check(CLASSES);
    }

    @Test
    void everyClassBelongsToAModule() {
        String[] known = Arrays.stream(Module.values()).map(Module::packages).toArray(String[]::new);
        classes().should().resideInAnyPackage(known).check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void librariesStayInTheirModules(Library library) {
        noClasses()
                .that()
                .resideOutsideOfPackages(library.ownerPackages())
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library.packages())
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @ParameterizedTest
    @EnumSource(Module.class)
    void kafkaIsSeenInOnePackagePerModule(Module module) {
        Set<String> packages = CLASSES.stream()
                .filter(module::owns)
                .filter(ArchitectureTest::dependsOnKafka)
                .map(JavaClass::getPackageName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(packages).as("packages of %s that import Kafka", module).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void protocolDoesNoInputOrOutput() {
        noClasses()
                .that()
                .resideInAPackage(Module.PROTOCOL.packages())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "java.nio.channels..", "java.nio.file..", "java.sql..", "org.slf4j..")
                .check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> unmarked = CLASSES.stream()
                .map(JavaClass::getPackage)
                .filter(type -> !type.isAnnotatedWith(NullMarked.class))
                .map(type -> type.getName())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(unmarked)
                .as("packages whose package-info.java lacks @NullMarked")
                .isEmpty();
    }

    private static boolean dependsOnKafka(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream()
                .map(dependency -> dependency.getTargetClass().getPackageName())
                .anyMatch(name -> name.startsWith("org.apache.kafka") || name.startsWith("kafka."));
    }
}
