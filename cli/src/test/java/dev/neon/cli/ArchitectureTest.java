package dev.neon.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/** The arrows between packages, and what only the command line may do. Maven holds the arrows between modules. */
@AnalyzeClasses(packages = "dev.neon", importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.WithoutTestJars.class})
class ArchitectureTest {
    /** The fixtures of other modules come as jars. */
    static final class WithoutTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    private static final String CLI = "dev.neon.cli..";

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.neon.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule EVERY_CLASS_HAS_A_MODULE = classes().should().resideInAnyPackage("dev.neon.repo..",
            "dev.neon.postgres..", "dev.neon.wal..", "dev.neon.rmgr..", "dev.neon.dialect..", "dev.neon.walindex..", "dev.neon.ancestry..",
            "dev.neon.inspect..", "dev.neon.catalog..", "dev.neon.snapshot..", "dev.neon.fsck..", "dev.neon.page..",
            "dev.neon.pageview..", "dev.neon.redo..", "dev.neon.state..", "dev.neon.slice..", "dev.neon.materialise..",
            "dev.neon.difference..", "dev.neon.compute..", "dev.neon.gc..", "dev.neon.sync..", CLI);

    @ArchTest
    static final ArchRule FORMAT_KNOWS_NO_OTHER_MODULE = noClasses().that().resideInAPackage("dev.neon.repo..")
            .should().dependOnClassesThat().resideInAnyPackage("dev.neon.postgres..", "dev.neon.wal..",
                    "dev.neon.rmgr..", "dev.neon.dialect..", "dev.neon.walindex..", "dev.neon.ancestry..", "dev.neon.inspect..",
                    "dev.neon.catalog..", "dev.neon.snapshot..", "dev.neon.page..", "dev.neon.pageview..",
                    "dev.neon.redo..", "dev.neon.state..", "dev.neon.slice..", "dev.neon.materialise..", "dev.neon.difference..",
                    "dev.neon.compute..", "dev.neon.gc..", "dev.neon.sync..", CLI);

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_COMMAND_LINE = noClasses().that().resideOutsideOfPackage(CLI)
            .should().dependOnClassesThat().resideInAPackage(CLI);

    @ArchTest
    static final ArchRule LIBRARIES_DO_NOT_PRINT = noClasses().that().resideOutsideOfPackage(CLI)
            .should().accessField(System.class, "out").orShould().accessField(System.class, "err")
            .orShould().accessField(System.class, "in").orShould().callMethod(Throwable.class, "printStackTrace");

    @ArchTest
    static final ArchRule LIBRARIES_DO_NOT_EXIT_OR_READ_THE_ENVIRONMENT = noClasses().that()
            .resideOutsideOfPackage(CLI)
            .should().callMethod(System.class, "exit", int.class)
            .orShould().callMethod(System.class, "getenv")
            .orShould().callMethod(System.class, "getenv", String.class);

    @ArchTest
    static final ArchRule ONLY_THE_PARSER_KNOWS_PICOCLI = noClasses()
            .that().haveSimpleNameNotStartingWith("CommandParser").and().haveSimpleNameNotStartingWith("ParseFailure")
            .should().dependOnClassesThat().resideInAPackage("picocli..");

    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses classes) {
        TreeSet<String> unmarked = classes.stream().map(JavaClass::getPackage)
                .filter(javaPackage -> !isNullMarked(javaPackage)).map(JavaPackage::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(List.of(), List.copyOf(unmarked), "packages without @NullMarked");
    }

    @ArchTest
    static void theRulesSeeAllModules(JavaClasses classes) {
        for (String name : List.of("dev.neon.repo.Lsn", "dev.neon.cli.Main")) {
            assertTrue(classes.contain(name), name);
        }
        assertTrue(new ClassFileImporter().importPackages("dev.neon.compute").size() > 0, "dev.neon.compute");
    }

    private static boolean isNullMarked(JavaPackage javaPackage) {
        return javaPackage.getPackageInfo().isAnnotatedWith(NullMarked.class);
    }
}
