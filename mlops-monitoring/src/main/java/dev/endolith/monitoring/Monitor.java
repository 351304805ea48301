package dev.endolith.monitoring;

import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.monitoring.alert.AlertPolicy;
import dev.endolith.monitoring.drift.AlarmBudget;
import dev.endolith.monitoring.drift.Drift;
import dev.endolith.monitoring.profile.Segments;
import dev.endolith.monitoring.quality.Expectations;
import dev.endolith.monitoring.stream.Adwin;
import dev.endolith.monitoring.stream.ChangeDetector;
import dev.endolith.monitoring.window.Against;
import dev.endolith.monitoring.window.Window;
import dev.endolith.privacy.PrivacyPolicy;
import dev.endolith.watch.Watch;
import dev.endolith.watch.WatchSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * How to watch a model. Two questions are asked:
 *
 * <ul>
 *   <li><b>Is the world still the one it was trained in?</b> Every window of predictions is
 *       compared with the reference by {@link Drift}: each feature and the scores.
 *   <li><b>Does it err more than it did?</b> The error of each label that arrives goes into a
 *       {@link ChangeDetector}, which finds that the model became worse, and into a test of level,
 *       which finds that it was never as good as on the rows held out (see below). For two labels a
 *       test of calibration finds, by the same argument, that the scores promise what does not
 *       come: the share of a label may change while the errors do not.
 * </ul>
 *
 * <pre>{@code
 * ManagedModel.of("subscribes", SUBSCRIBES, workspace)
 *     .watch(Monitor.drift(Window.rows(2_000)).minimumEffect(0.2))
 * }</pre>
 *
 * <p><b>Alerts.</b> Drift is a {@code WARNING}: a changed input need not make the model worse. It
 * is an {@code ALARM} where the scores themselves drifted, for then the model behaves differently
 * on the whole, or where a column drifted in two windows in a row, for then it is not an episode.
 * Errors are an {@code ALARM}, and name the columns that drifted most as a hint. Each column, the
 * errors and each {@linkplain #quality expectation} stand for themselves, as an {@link AlertPolicy}
 * says; a window tells at most one alert of drift and one of quality.
 *
 * <p><b>Windows.</b> A prediction belongs to the window of the time when it was made; one that is
 * logged after its window was closed is late, counted in {@link MonitorHistory#late()} and in no
 * window. The first window of time is incomplete, as predictions may have been made before anyone
 * looked, and stays undecided: there is not enough data. So does a window that has too few earlier
 * ones to be compared with. Spans without a prediction make no window, and are counted.
 *
 * <p><b>Causes.</b> Where a window drifted, the monitor looks into up to 200 of its rows as they
 * were logged (fewer for schemas of more than a hundred fields), by public fields only: new and
 * vanished categories, changes of units, correlations that changed, and, if the loop hands it the
 * model, what the shift of each of the 20 columns that drifted most does to the score ({@link
 * dev.endolith.monitoring.impact.Impact}), at most 8 200 predictions. Fields that are not logged
 * have the same neutral value in all of these rows. Columns are ranked by that, the scores first;
 * {@link MonitorHistory#findings} has the figures. All this happens where the log is read, never
 * where predictions are served, and does not decide whether there is an alert.
 *
 * <p>An alert is not repeated for {@linkplain #cooldown some windows}, unless it became an alarm
 * from a warning, or columns lead it that did not before. A model that drifted is held to recover
 * when one window did not drift, and to be well again after a second one.
 *
 * <p><b>The test of level.</b> Let e be the mean error on the rows held out and b its upper
 * confidence limit (one-sided 99 %, after Agresti and Coull 1998) plus the {@linkplain #tolerance
 * tolerance}. For errors x in [0, 1] and any λ in [0, 1/b], the product of 1 + λ(x − b) is a
 * non-negative supermartingale as long as each error's conditional mean is at most b, and so is the
 * mean of such products over six values of λ. By Ville's inequality (1939) the probability that it
 * ever reaches 1 000, however long one looks, is at most 1/1 000: that is when it alarms
 * (Waudby-Smith and Ramdas, JRSS B 86(1), 2024, section 4). It starts anew after each alarm about
 * errors.
 *
 * <p>The error of an answer is 0 or 1 for a classification, and for a regression the absolute error
 * relative to the 99.5 % quantile of those held out, at most 1.
 *
 * <p><b>Saved state.</b> It is bounded whatever comes: about 400 bytes for each of the {@value
 * #MOST_WINDOWS} latest windows and the names of the columns that drifted in it, up to 200 rows of
 * each open one, and the counts of open and remembered windows, which take one to three bytes a bin
 * (up to 256 bins for a column of numbers). Beyond the rest, each window that a rolling monitor
 * remembers ({@link #against}) adds those counts: 840 bytes for seven columns and windows of 50
 * rows, so 55 KB with sixty of them in place of 6 KB; for twenty columns of numbers and long
 * windows up to 10 KB each, 0.6 MB with sixty. Expectations add what they count ({@link #quality}),
 * and up to {@value #MOST_RULES} sentences. It is written at each turn of the loop.
 *
 * <p>Immutable and thread-safe; each option answers a new monitor.
 */
public final class Monitor implements WatchSpec {
  /** At most so many columns are named by an alert or a summary. */
  public static final int TOP_COLUMNS = 5;

  /** The history holds the index of at most so many columns, the first ones of the schema. */
  public static final int MOST_COLUMNS = 64;

  /** The history holds at most so many windows, the latest. */
  public static final int MOST_WINDOWS = 200;

  /** So many segments are watched at most, beside that of all other rows. */
  public static final int MOST_SEGMENTS = 20;

  /** So many windows of time may be open at once, waiting for late predictions. */
  public static final int MOST_OPEN = 10;

  /** So many earlier windows are remembered at most, to compare others with. */
  public static final int MOST_PAST = 60;

  /** So many different keys of a window are remembered exactly, per rule that asks for them. */
  public static final int MOST_KEYS = 4_096;

  /** What the last window said of so many expectations is kept, the broken ones first. */
  public static final int MOST_RULES = 100;

  /** So many labels pass before the change detector is believed. */
  public static final int WARM_UP_LABELS = 30;

  private final MonitorSettings settings;

  private Monitor(MonitorSettings settings) {
    this.settings = settings;
  }

  private Monitor with(Consumer<MonitorSettings> change) {
    MonitorSettings changed = new MonitorSettings(settings);
    change.accept(changed);
    return new Monitor(changed);
  }

  /**
   * A monitor with the defaults: {@link Adwin} on rises of the error, α = 0.01, a minimum effect of
   * 0.1, a tolerance of 0.02, one of calibration of 0.05, a cooldown of 3 windows, one
   * confirmation.
   *
   * @param window into what pieces predictions are cut; one of time is closed by the first
   *     prediction that was made its lateness after its end. Predictions of several processes may
   *     be logged out of order: give such a window a {@link Window.Timed#withLateness lateness}
   * @return the monitor
   * @throws IllegalArgumentException if more than {@value #MOST_OPEN} windows would be open at once
   */
  public static Monitor drift(Window window) {
    return new Monitor(new MonitorSettings(window));
  }

  /**
   * Sets what watches the errors.
   *
   * @param fresh makes a detector of values in [0, 1] that has seen nothing, always with the same
   *     settings; it should signal rises only
   * @return a new monitor
   */
  public Monitor detector(Supplier<? extends ChangeDetector> fresh) {
    return with(changed -> changed.detector = fresh);
  }

  /**
   * Sets the level of drift tests: the share of columns called drifted that may be so by chance.
   *
   * @param level in (0, 1); 0.01 by default
   * @return a new monitor
   * @throws IllegalArgumentException if {@code level} is not in (0, 1)
   */
  public Monitor alpha(double level) {
    Drift unused = Drift.builder().alpha(level).build();
    return with(
        changed -> {
          changed.alpha = level;
          changed.budgeted = false;
        });
  }

  /**
   * Sets the level of drift tests from a budget of false alarms of the whole model, in place of
   * {@link #alpha}: over columns it is kept by their correction, over windows by their number, and
   * where segments are watched they have half of it together. Expectations about distributions, and
   * the detector of errors, have levels of their own beside it.
   *
   * <pre>{@code
   * Monitor.drift(Window.day(zone)).budget(AlarmBudget.atMost(1, Duration.ofDays(30)), Duration.ofDays(1))
   * }</pre>
   *
   * @param budget the false alarms that one is ready to bear
   * @param every how often a window is over, positive; for windows of rows, the time that one takes
   *     at the most traffic there is
   * @return a new monitor
   * @throws IllegalArgumentException if {@code every} is not positive
   */
  public Monitor budget(AlarmBudget budget, Duration every) {
    double level = budget.alpha(every);
    return with(
        changed -> {
          changed.alpha = level;
          changed.budgeted = true;
        });
  }

  /**
   * Sets how large drift must be to be told.
   *
   * @param effect a PSI beyond chance, at least 0; 0.1 by default
   * @return a new monitor
   * @throws IllegalArgumentException if {@code effect} is negative, NaN or infinite
   */
  public Monitor minimumEffect(double effect) {
    Drift unused = Drift.builder().minimumEffect(effect).build();
    return with(changed -> changed.minimumEffect = effect);
  }

  /**
   * Sets how much more a model may err in service than on the rows held out before its level is an
   * alarm.
   *
   * @param errors added to the mean error, in [0, 1]; 0.02 by default, two more wrong answers in a
   *     hundred
   * @return a new monitor
   * @throws IllegalArgumentException if {@code errors} is not in [0, 1]
   */
  public Monitor tolerance(double errors) {
    MonitorSettings.share("tolerance", errors);
    return with(changed -> changed.tolerance = errors);
  }

  /**
   * Sets by how much more than on the rows held out the scores of two labels may be off on the mean
   * before that is an alarm.
   *
   * @param share added to the mean of truth less score, in [0, 1]; 0.05 by default
   * @return a new monitor
   * @throws IllegalArgumentException if {@code share} is not in [0, 1]
   */
  public Monitor calibrationTolerance(double share) {
    MonitorSettings.share("calibrationTolerance", share);
    return with(changed -> changed.calibrationTolerance = share);
  }

  /**
   * Sets for how long an alert is not repeated.
   *
   * @param windows at least 0; 3 by default
   * @return a new monitor
   * @throws IllegalArgumentException if {@code windows} &lt; 0
   */
  public Monitor cooldown(int windows) {
    MonitorSettings.atLeast("cooldown", windows, 0);
    return with(changed -> changed.alerts = changed.cooldown(windows));
  }

  /**
   * Sets how many windows in a row must drift before it is told.
   *
   * @param windows at least 1, which is the default
   * @return a new monitor
   * @throws IllegalArgumentException if {@code windows} &lt; 1
   */
  public Monitor confirmations(int windows) {
    MonitorSettings.atLeast("confirmations", windows, 1);
    return with(changed -> changed.alerts = changed.confirmations(windows));
  }

  /**
   * Sets when what windows show is raised, told again and over. Errors are raised at once whatever
   * it says, as they were tested over many labels; the rest of it holds for them, too.
   *
   * @param policy the policy; {@link AlertPolicy#standard()} by default
   * @return a new monitor
   */
  public Monitor alerts(AlertPolicy policy) {
    return with(changed -> changed.alerts = policy);
  }

  /**
   * Sets who looks after the model; alerts name them.
   *
   * @param who a name or an address
   * @return a new monitor
   */
  public Monitor owner(String who) {
    return with(changed -> changed.owner = who);
  }

  /**
   * Sets where it is written what to do; alerts name it.
   *
   * @param link an address
   * @return a new monitor
   */
  public Monitor runbook(String link) {
    return with(changed -> changed.runbook = link);
  }

  /**
   * Sets what each window is expected to be like. It is flagged for each rule that it breaks: as a
   * warning, and as an alarm for a rule that fails or quarantines.
   *
   * <ul>
   *   <li>Rules of single rows: if more rows break one than it tolerates.
   *   <li>Figures (number of rows, share of missing values, means, different values): of the rows
   *       of the window. Spans without a prediction break a least number of rows when the next
   *       window is over.
   *   <li>Keys and references: within the window, by the hashes of its first {@value #MOST_KEYS}
   *       different keys exactly, beyond them by a sketch, which proves repetition but never that
   *       there is none: then the rule stays undecided.
   *   <li>Freshness: the newest value against the time of the window's latest prediction.
   *   <li>Distribution: with the version's reference, at the rule's own level.
   *   <li>What is usual: by the figures of the {@value #MOST_WINDOWS} latest windows.
   * </ul>
   *
   * <p>Of the first window of time, which is incomplete, only rules of single rows and repeated
   * keys are judged. Rules that cannot be asked of the logged rows are left out: those about fields
   * that the privacy policy drops, about types that they do not have, and about values known by a
   * name only. What is counted survives a restart; if other expectations are given then, the open
   * windows begin to be counted anew.
   *
   * @param expectations the expectations
   * @return a new monitor
   */
  public Monitor quality(Expectations expectations) {
    return with(changed -> changed.quality = expectations);
  }

  /**
   * Leaves columns out of the question whether data drifted: fields that the privacy policy drops,
   * numbers that count on. Their index is in the history all the same.
   *
   * @param columns names of fields, added to those ignored before
   * @return a new monitor
   */
  public Monitor ignore(String... columns) {
    Set<String> all = new TreeSet<>(settings.ignored);
    all.addAll(Arrays.asList(columns));
    return with(changed -> changed.ignored = Set.copyOf(all));
  }

  /**
   * Sets with what windows are compared: with the reference, which is the default and says how far
   * the world is from where the model was trained; or with earlier windows, which says whether it
   * moves now. Errors and scores are judged against the rows held out whatever it says. Until there
   * are as many earlier windows as asked for, a window has not enough data to be decided.
   *
   * @param choice with what
   * @return a new monitor
   * @throws IllegalArgumentException if more than {@value #MOST_PAST} windows would have to be
   *     remembered, or weekdays are asked of windows of rows, of months, or of spans that do not
   *     divide a week
   */
  public Monitor against(Against choice) {
    settings.checkRemembered(choice);
    return with(changed -> changed.against = choice);
  }

  /**
   * Watches parts of the rows for themselves, too: one for each of the most frequent values of a
   * column, and one for the rest. Each is compared with its own rows of training; one that had
   * fewer than 200 of them is counted and stays undecided. A window tells of the segments that
   * drifted in its alert of drift.
   *
   * @param column a public field of categories
   * @param most how many segments beside the rest, in [1, {@value #MOST_SEGMENTS}]
   * @return a new monitor
   * @throws IllegalArgumentException if {@code most} is outside its range; that {@code column} is
   *     not such a field is found when a model is trained
   */
  public Monitor segments(String column, int most) {
    MonitorSettings.checkSegments(most);
    return with(
        changed -> changed.segments = (f, reference) -> Segments.by(f, reference, column, most));
  }

  /**
   * Watches parts of the rows for themselves, too, as {@link #segments(String, int)} does: one for
   * each condition, and one for rows that meet none.
   *
   * @param conditions by the segment's name, asked of rows as they are logged, in the order of the
   *     map: a row counts in the first that it meets; at most {@value #MOST_SEGMENTS}
   * @return a new monitor
   * @throws IllegalArgumentException if there are none or too many
   */
  public Monitor segments(Map<String, Predicate<? super Row>> conditions) {
    MonitorSettings.checkSegments(conditions.size());
    Map<String, Predicate<? super Row>> kept = new LinkedHashMap<>(conditions);
    return with(changed -> changed.segments = (f, reference) -> Segments.where(f, reference, kept));
  }

  @Override
  public <X, Y> Watch<X, Y> open(Task<X, Y> task) {
    return new MonitorWatch<>(settings, task, null);
  }

  @Override
  public <X, Y> Watch<X, Y> open(Task<X, Y> task, PrivacyPolicy privacy) {
    Schema schema = task.features().schema();
    String[] dropped =
        IntStream.range(0, schema.size())
            .filter(field -> !privacy.keeps(schema, field))
            .mapToObj(field -> schema.field(field).name())
            .toArray(String[]::new);
    return new MonitorWatch<>(ignore(dropped).settings, task, privacy);
  }
}
