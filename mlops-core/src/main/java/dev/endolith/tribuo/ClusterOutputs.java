package dev.endolith.tribuo;

import dev.endolith.data.Task;
import dev.endolith.model.Clustered;
import dev.endolith.model.Prediction;
import java.util.function.Function;
import org.tribuo.Model;
import org.tribuo.OutputFactory;
import org.tribuo.clustering.ClusterID;
import org.tribuo.clustering.ClusteringFactory;

/** Groups by number. */
final class ClusterOutputs implements Outputs<Integer, ClusterID> {
  private final ClusteringFactory factory = new ClusteringFactory();

  @Override
  public OutputFactory<ClusterID> factory() {
    return factory;
  }

  /** Known groups are for judging: a clustering does not learn from them. */
  @Override
  public ClusterID output(Task<?, Integer> task, Integer label) {
    return ClusteringFactory.UNASSIGNED_CLUSTER_ID;
  }

  @Override
  public Function<org.tribuo.Prediction<ClusterID>, Prediction<Integer>> answers(
      Task<?, Integer> task, Model<ClusterID> model) {
    return given -> new Clustered(given.getOutput().getID());
  }
}
