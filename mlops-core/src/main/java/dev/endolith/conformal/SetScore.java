package dev.endolith.conformal;

/** How badly a label fits a row, given the model's scores. */
public enum SetScore {
  /**
   * One minus the label's score: the smallest sets on average (Sadinle, Lei and Wasserman, 2019).
   * Needs probabilities that are good in order, not in size.
   */
  LEAST_AMBIGUOUS {
    @Override
    double of(double[] probabilities, int label) {
      return 1 - probabilities[label];
    }
  },
  /**
   * The probability of the label and of all that are more probable: sets that grow where the model
   * is in doubt (Romano, Sesia and Candès, 2020), without their randomisation, so that the same row
   * gets the same set; that makes them a little larger.
   */
  ADAPTIVE {
    @Override
    double of(double[] probabilities, int label) {
      double sum = 0;
      for (int i = 0; i < probabilities.length; i++) {
        // of equal ones the earlier counts as the more probable
        if (probabilities[i] > probabilities[label]
            || (probabilities[i] == probabilities[label] && i <= label)) {
          sum += probabilities[i];
        }
      }
      return sum;
    }
  };

  /** The score of a label; greater fits worse. */
  abstract double of(double[] probabilities, int label);
}
