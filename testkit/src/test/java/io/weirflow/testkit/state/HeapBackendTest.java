package io.weirflow.testkit.state;

import io.weirflow.state.HeapBackend;
import io.weirflow.state.StateBackend;
import java.nio.file.Path;

final class HeapBackendTest extends StateStoreSuite {

    @Override
    protected BackendSite site(Path directory) {
        return new BackendSite() {
            @Override
            public StateBackend open() {
                return new HeapBackend();
            }

            @Override
            public void crash() {
                // Whatever is open is forgotten.
            }

            @Override
            public boolean survivesCrashes() {
                return false;
            }

            @Override
            public void close() {
                // Nothing outlives a back end on the heap.
            }
        };
    }
}
