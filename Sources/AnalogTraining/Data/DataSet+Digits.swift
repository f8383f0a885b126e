import ReproducibleNoise

extension DataSet {
  /// The 8 x 8 digits that come with Tare: 1,437 to train on and 360 to test.
  ///
  /// Pixels are divided by 16. The rows are permuted by Fisher and Yates on ``RandomStream`` with seed 0, so that
  /// both parts hold all writers; another implementation permutes in another way, so that which images test
  /// differs from it. E. Alpaydin and C. Kaynak, UCI Machine Learning Repository (1998),
  /// https://doi.org/10.24432/C50P49, licence CC BY 4.0.
  public static func digits() throws(TrainingDataError) -> (train: DataSet, test: DataSet) {
    let file = "digits.csv.gz"
    let bytes = try GzipBytes(PackageResources.digits_csv_gz, file: file).all(atMost: 1 << 20)
    let table = try CSVTable(bytes, file: file)
    let whole = try table.dataSet(name: "digits", classes: 10, scale: 16, shape: nil)
    var (order, random) = (Array(0..<whole.count), RandomStream(seed: 0))
    for last in stride(from: order.count - 1, to: 0, by: -1) {
      order.swapAt(last, random.integer(below: last + 1))
    }
    let (images, labels) = whole.batch(order)
    return try DataSet(
      name: "digits", note: "rows permuted by Fisher and Yates on RandomStream(seed: 0)",
      images: images, labels: labels, classes: 10, shape: whole.shape
    ).split(train: 1437)
  }
}
