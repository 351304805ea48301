package dev.endolith.monitoring.stream;

import dev.endolith.tck.ChangeDetectorContract;
import org.junit.jupiter.api.Nested;

/** The kit for every detector; ADWIN has its own, in all modes. */
class DetectorContractTest {
  /** DDM and EDDM state no rate of false alarms, and have many. */
  abstract static class Restless extends ChangeDetectorContract {
    @Override
    protected int greatestFalseAlarms() {
      return 60;
    }

    @Override
    protected int greatestEarlyAlarms() {
      return 10;
    }
  }

  @Nested
  class DdmDefaults extends Restless {
    @Override
    protected ChangeDetector create() {
      return Ddm.create();
    }
  }

  @Nested
  class DdmRiver extends Restless {
    @Override
    protected ChangeDetector create() {
      return Ddm.builder().mode(ReferenceMode.RIVER).build();
    }
  }

  @Nested
  class EddmDefaults extends Restless {
    @Override
    protected ChangeDetector create() {
      return Eddm.create();
    }

    @Override
    protected int greatestFalseAlarms() {
      return 300;
    }
  }

  @Nested
  class HddmADefaults extends ChangeDetectorContract {
    @Override
    protected ChangeDetector create() {
      return HddmA.create();
    }
  }

  @Nested
  class HddmATwoSided extends ChangeDetectorContract {
    @Override
    protected ChangeDetector create() {
      return HddmA.builder().twoSided(true).build();
    }
  }

  @Nested
  class HddmWDefaults extends Restless {
    @Override
    protected ChangeDetector create() {
      return HddmW.create();
    }
  }

  @Nested
  class HddmWRiver extends Restless {
    @Override
    protected ChangeDetector create() {
      return HddmW.builder().mode(ReferenceMode.RIVER).twoSided(true).build();
    }
  }

  @Nested
  class PageHinkleyDefaults extends ChangeDetectorContract {
    @Override
    protected ChangeDetector create() {
      return PageHinkley.create();
    }
  }

  @Nested
  class PageHinkleyRiver extends ChangeDetectorContract {
    @Override
    protected ChangeDetector create() {
      return PageHinkley.builder().mode(ReferenceMode.RIVER).build();
    }
  }

  @Nested
  class CusumDefaults extends ChangeDetectorContract {
    @Override
    protected ChangeDetector create() {
      return Cusum.create();
    }
  }

  @Nested
  class GeometricMovingAverageDefaults extends ChangeDetectorContract {
    @Override
    protected ChangeDetector create() {
      return GeometricMovingAverage.create();
    }
  }

  @Nested
  class EcddDefaults extends Restless {
    @Override
    protected ChangeDetector create() {
      return Ecdd.create();
    }

    @Override
    protected int greatestFalseAlarms() {
      // One in 400 values by design: 250 in 100 000, and four deviations of √250.
      return 313;
    }
  }

  @Nested
  class StepdDefaults extends Restless {
    @Override
    protected ChangeDetector create() {
      return Stepd.create();
    }
  }

  @Nested
  class RddmDefaults extends Restless {
    @Override
    protected ChangeDetector create() {
      return Rddm.create();
    }
  }

  @Nested
  class KswinDefaults extends ChangeDetectorContract {
    @Override
    protected ChangeDetector create() {
      return Kswin.create();
    }
  }

  @Nested
  class FhddmDefaults extends ChangeDetectorContract {
    @Override
    protected ChangeDetector create() {
      return Fhddm.create();
    }
  }

  @Nested
  class BocdDefaults extends ChangeDetectorContract {
    @Override
    protected ChangeDetector create() {
      return Bocd.create();
    }
  }
}
