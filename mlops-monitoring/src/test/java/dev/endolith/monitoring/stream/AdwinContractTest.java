package dev.endolith.monitoring.stream;

import dev.endolith.tck.ChangeDetectorContract;
import org.junit.jupiter.api.Nested;

class AdwinContractTest {
  @Nested
  class Paper extends ChangeDetectorContract {
    @Override
    protected ChangeDetector create() {
      return Adwin.create();
    }
  }

  @Nested
  class Moa extends ChangeDetectorContract {
    @Override
    protected ChangeDetector create() {
      return Adwin.builder().mode(ReferenceMode.MOA).build();
    }
  }

  @Nested
  class River extends ChangeDetectorContract {
    @Override
    protected ChangeDetector create() {
      return Adwin.builder().mode(ReferenceMode.RIVER).build();
    }
  }
}
